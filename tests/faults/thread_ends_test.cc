// Threads that end as they should not: cancelled in a guard, by an exception, or with a guard that never ends.

#include <gtest/gtest.h>
#include <pthread.h>
#include <time.h>
#include <unistd.h>

#include <chrono>
#include <cstddef>
#include <new>
#include <optional>
#include <thread>
#include <utility>

#include "tests/faults/faults.h"
#include "tests/support/threads.h"

namespace reclaim::tests {
namespace {

using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""us;

template <class Domain>
class ThreadEnds : public ::testing::Test {};
TYPED_TEST_SUITE(ThreadEnds, domains_under_test, domain_names);

#if defined(RECLAIM_UNDER_TSAN)
constexpr bool is_address_sanitized = false;
#else
constexpr bool is_address_sanitized = is_sanitized;
#endif

// How a thread waits to be cancelled: each is a cancellation point.
void wait_in_pause() { pause(); }
void wait_in_read() {
  int ends[2];
  char byte = 0;
  if (pipe(ends) == 0 && ::read(ends[0], &byte, 1) >= 0) _exit(100);
}
void wait_in_sleep() {
  const timespec long_time{1000, 0};
  nanosleep(&long_time, nullptr);
}

// Drains where the stack is unwound so far that no guard is left, before the thread's own end would let go of all it has.
template <class Domain>
struct drain_at_end {
  ~drain_at_end() { left = domain.drain(); }
  Domain& domain;
  std::size_t& left;
};

template <class Domain>
struct cancelled_thread {
  void run() {
    const drain_at_end<Domain> last{domain, left};
    auto outer = domain.enter();
    auto first = outer.shield();
    first.protect(src);
    auto inner = domain.enter();
    auto second = inner.shield();
    second.protect(src);
    for (int i = 0; i != 3; ++i) inner.retire(new node<Domain>);
    is_inside.arrive_and_wait();
    is_cancelled.arrive_and_wait();
    for (;;) wait();
  }

  Domain& domain;
  source<Domain>& src;
  void (*wait)();
  std::size_t left = ~std::size_t{0};
  start_barrier is_inside{2};
  start_barrier is_cancelled{2};
};

TYPED_TEST(ThreadEnds, CancelledInAGuardItLetsGoWhereItsStackIsUnwound) {
  if (is_address_sanitized) GTEST_SKIP() << "AddressSanitizer takes the frames that a cancellation unwinds for poisoned";
  for (void (*const wait)() : {wait_in_pause, wait_in_read, wait_in_sleep}) {
    expect_in_child([&] {
      TypeParam domain;
      source<TypeParam> src{new node<TypeParam>(1)};
      cancelled_thread<TypeParam> other{domain, src, wait};
      pthread_t thread;
      const auto run = [](void* of) -> void* {
        static_cast<cancelled_thread<TypeParam>*>(of)->run();
        return nullptr;
      };
      ASSERT_EQ(pthread_create(&thread, nullptr, run, &other), 0);
      other.is_inside.arrive_and_wait();
      unpublish(domain, src);
      EXPECT_GE(domain.drain(), 1u);  // its guards do hold it
      pthread_cancel(thread);
      other.is_cancelled.arrive_and_wait();
      void* result = nullptr;
      pthread_join(thread, &result);

      EXPECT_EQ(result, PTHREAD_CANCELED);
      if (reclaims_early<TypeParam>) {
        EXPECT_EQ(other.left, 0u);
      }
      expect_drained(domain);
    });
  }
}

// It waits for a guard of another thread, whose name it looks up.
TYPED_TEST(ThreadEnds, ACancelledThreadLeavesDrainForWhenThatReturns) {
  if (is_address_sanitized) GTEST_SKIP() << "AddressSanitizer takes the frames that a cancellation unwinds for poisoned";
  expect_in_child([] {
    TypeParam domain;
    source<TypeParam> src{new node<TypeParam>(1)};
    auto guard = domain.enter();
    auto shield = guard.shield();
    shield.protect(src);
    guard.retire(src.exchange(nullptr, acq_rel));
    for (int i = 0; i != 20; ++i) {
      pthread_t thread;
      const auto run = [](void* of) -> void* {
        static_cast<TypeParam*>(of)->drain_for(20ms);
        pthread_testcancel();
        return nullptr;
      };
      ASSERT_EQ(pthread_create(&thread, nullptr, run, &domain), 0);
      std::this_thread::sleep_for(100us * i);
      pthread_cancel(thread);
      pthread_join(thread, nullptr);  // else the process would have ended
    }
  });
}

struct refused {};

// Throws at the innermost of `depth` guards, each with as many shields.
template <class Domain>
void throw_under_guards(Domain& domain, source<Domain>& src, int depth) {
  auto guard = domain.enter();
  guard.retire(new node<Domain>);
  auto first = guard.shield();
  auto second = guard.shield();
  auto third = guard.shield();
  first.protect(src);
  second.protect(src);
  third.swap(first);
  if (depth == 0) throw refused{};
  throw_under_guards(domain, src, depth - 1);
}

TYPED_TEST(ThreadEnds, AnExceptionLeavesGuardsAndShieldsAsTheirEndWould) {
  expect_in_child([] {
    TypeParam domain(small_options());
    source<TypeParam> src{new node<TypeParam>(1)};
    for (int i = 0; i != 100; ++i) {
      EXPECT_THROW(throw_under_guards(domain, src, 8), refused);
      replace(domain, src, 1);
      expect_drained(domain);  // by the thread that threw, and goes on
    }
    unpublish(domain, src);
    expect_drained(domain);
  });
}

// Room for what begins and never ends.
template <class T>
class leaked {
 public:
  template <class Make>
  T& begin(Make&& make) {
    return *new (static_cast<void*>(bytes_)) T(make());
  }

 private:
  alignas(T) unsigned char bytes_[sizeof(T)];
};

// Guards in one another and shields that protect *src, which nobody ends.
template <class Domain>
struct leaked_guards {
  void begin(Domain& domain, const source<Domain>& src) {
    auto& first = outer.begin([&] { return domain.enter(); });
    for (auto& s : outer_shields) s.begin([&] { return first.shield(); }).protect(src);
    auto& second = inner.begin([&] { return domain.enter(); });
    for (auto& s : inner_shields) s.begin([&] { return second.shield(); }).protect(src);
  }
  leaked<typename Domain::guard> outer, inner;
  leaked<typename Domain::shield> outer_shields[10], inner_shields[10];
};

void return_from_thread() {}
void exit_thread() { pthread_exit(nullptr); }

TYPED_TEST(ThreadEnds, AGuardThatNeverEndsHoldsNothingOnceItsThreadIsGone) {
  for (void (*const end)() : {return_from_thread, exit_thread}) {
    expect_in_child([&] {
      TypeParam domain;
      source<TypeParam> src{new node<TypeParam>(1)};
      leaked_guards<TypeParam> guards;
      start_barrier step(2);
      std::thread other([&] {
        guards.begin(domain, src);
        retire_new(domain, 3);
        step.arrive_and_wait();
        step.arrive_and_wait();
        end();
      });
      step.arrive_and_wait();
      unpublish(domain, src);
      EXPECT_GE(domain.drain(), 1u);  // as long as its thread lives it does hold it
      step.arrive_and_wait();
      other.join();

      expect_drained(domain);
      std::thread([&] {  // has the place of the other
        source<TypeParam> own{new node<TypeParam>(2)};
        {
          auto guard = domain.enter();
          auto shield = guard.shield();
          node<TypeParam>* const n = shield.protect(own);
          std::thread([&] {
            unpublish(domain, own);
            domain.drain();
          }).join();
          EXPECT_EQ(n->value.value(), 2u);
        }
        expect_drained(domain);
      }).join();
    });
  }
}

// Of schemes with epochs such a guard would hold up all that is retired from then on.
TYPED_TEST(ThreadEnds, ManyThreadsThatLeakGuardsHoldNothingUp) {
  expect_in_child([] {
    TypeParam domain(small_options());
    source<TypeParam> src{new node<TypeParam>(1)};
    for (int i = 0; i != 200; ++i) {
      leaked_guards<TypeParam> guards;
      std::thread([&] { guards.begin(domain, src); }).join();
      replace(domain, src, 1);
      retire_new(domain, 10);
    }
    if (reclaims_early<TypeParam>) {
      EXPECT_LT(domain.pending(), 200u);
    }
    unpublish(domain, src);
    expect_drained(domain);
  });
}

}  // namespace
}  // namespace reclaim::tests
