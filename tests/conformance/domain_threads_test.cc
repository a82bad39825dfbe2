// Laws of threads that come and go, of forks and of signals, over every domain.

#include <gtest/gtest.h>
#include <pthread.h>
#include <signal.h>
#include <sys/time.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <thread>
#include <vector>

#include "tests/support/child.h"
#include "tests/support/census_test.h"
#include "tests/support/counted.h"
#include "tests/support/published.h"
#include "tests/support/schemes_under_test.h"
#include "tests/support/threads.h"

namespace reclaim::tests {
namespace {

using std::chrono_literals::operator""ms;

// Replaces and reads until told to end; not without limit, for the control keeps everything.
template <class Domain>
void replace_and_read(Domain& domain, source<Domain>& src, const std::atomic<bool>& is_over) {
  constexpr int most = 50'000;
  for (int i = 0; !is_over; ++i) {
    if (i < most) replace(domain, src, 1);
    read(domain, src);
  }
}

template <class Domain>
class ThreadsConformance : public CensusTest {
 protected:
  void expect_drained(Domain& domain) {
    const std::size_t left = domain.drain();
    if (reclaims_early<Domain>) {
      EXPECT_EQ(left, 0u);
      EXPECT_EQ(births.living(), 0u);
    }
  }
};

TYPED_TEST_SUITE(ThreadsConformance, domains_under_test, domain_names);

TYPED_TEST(ThreadsConformance, AnExitingThreadsGarbageIsAdoptedByADrain) {
  TypeParam domain;

  std::thread([&] {
    for (int i = 0; i != 100; ++i) domain.retire(new node<TypeParam>);
  }).join();

  EXPECT_EQ(domain.pending(), 100u);
  this->expect_drained(domain);
}

TYPED_TEST(ThreadsConformance, AnExitingThreadsGarbageIsAdoptedByWhoRetires) {
  TypeParam domain(small_options());
  std::thread([&] {
    for (int i = 0; i != 7; ++i) domain.retire(new node<TypeParam>(1));
  }).join();

  for (int i = 0; i != 100; ++i) domain.retire(new node<TypeParam>);

  if (reclaims_early<TypeParam>) {
    EXPECT_LT(domain.pending(), 50u);
  }
}

TYPED_TEST(ThreadsConformance, AThreadThatEndsLetsGoOfWhatItProtected) {
  TypeParam domain(small_options());
  source<TypeParam> src{new node<TypeParam>};
  std::thread([&] { read(domain, src); }).join();

  domain.retire(src.exchange(nullptr, relaxed));

  this->expect_drained(domain);
}

TYPED_TEST(ThreadsConformance, ThreeHundredThreadsOneAfterTheOtherReuseOnePlace) {
  TypeParam domain(small_options());
  std::size_t highest = 0;

  for (int i = 0; i != 300; ++i) {
    std::thread([&] {
      for (int k = 0; k != 20; ++k) domain.retire(new node<TypeParam>);
      highest = std::max(highest, sync::thread_index());
    }).join();
  }

  EXPECT_LT(highest, 8u);
  EXPECT_EQ(domain.stats().retired, 300u * 20);
  if (reclaims_early<TypeParam>) {
    EXPECT_LT(domain.pending(), 200u);
  }
  this->expect_drained(domain);
}

// Each thread retires too little to look at it itself, and is gone before it is old enough.
TYPED_TEST(ThreadsConformance, ThreadsThatComeAndGoDoNotPileUpGarbage) {
  TypeParam domain(small_options());

  for (int i = 0; i != 500; ++i) {
    std::thread([&] {
      for (int k = 0; k != 3; ++k) domain.retire(new node<TypeParam>);
    }).join();
  }

  if (reclaims_early<TypeParam>) {
    EXPECT_LT(domain.pending(), 200u);
  }
}

// What one drain has found out about an object the next one knows, whichever thread it runs on.
TYPED_TEST(ThreadsConformance, DrainsOfManyThreadsGetOnUnderAReaderThatRepins) {
  bool has_ended = false;
  TypeParam domain(small_options());
  auto guard = domain.enter();
  domain.retire(new node<TypeParam>, [&](node<TypeParam>* n) {
    delete n;
    has_ended = true;
  });

  for (int i = 0; i != 8; ++i) {
    guard.repin();
    std::thread([&] { domain.drain(); }).join();
    domain.drain();
  }

  EXPECT_EQ(has_ended, reclaims_early<TypeParam>);
}

TYPED_TEST(ThreadsConformance, TwoHundredThreadsAtOnceAreParticipants) {
  constexpr std::size_t threads = 200;
  {
    TypeParam domain(small_options());
    source<TypeParam> src{new node<TypeParam>(7)};
    start_barrier all_inside(threads);
    run_threads(threads, [&](std::size_t thread) {
      {
        auto guard = domain.enter();
        auto shield = guard.shield();
        node<TypeParam>* const n = shield.protect(src);
        all_inside.arrive_and_wait();
        if (thread == 0) domain.retire(src.exchange(nullptr, acq_rel));
        for (int i = 0; i != 20; ++i) guard.retire(new node<TypeParam>);
        all_inside.arrive_and_wait();
        EXPECT_EQ(n->value.value(), 7u);
      }
      for (int i = 0; i != 20; ++i) domain.retire(new node<TypeParam>);
    });
    EXPECT_EQ(domain.stats().retired, threads * 40 + 1);
    this->expect_drained(domain);
  }
  EXPECT_EQ(this->births.ended(), threads * 40 + 1);
}

TYPED_TEST(ThreadsConformance, ADomainMayEndBeforeTheThreadsThatUsedIt) {
  start_barrier step(2);
  auto domain = std::make_unique<TypeParam>(small_options());
  std::thread other([&] {
    for (int i = 0; i != 20; ++i) domain->retire(new node<TypeParam>);
    step.arrive_and_wait();
    step.arrive_and_wait();  // this thread ends after the domain
  });
  step.arrive_and_wait();

  domain.reset();

  EXPECT_EQ(this->births.living(), 0u);
  step.arrive_and_wait();
  other.join();
}

TYPED_TEST(ThreadsConformance, ANewDomainKnowsNothingOfTheOneThatWasThere) {
  std::optional<TypeParam> domain;
  for (int i = 0; i != 100; ++i) {
    domain.emplace(small_options());
    domain->retire(new node<TypeParam>);
    EXPECT_EQ(domain->stats().retired, 1u);
  }
}

// Uses a domain in its destructor.
template <class Domain>
struct last_act {
  ~last_act() {
    if (domain == nullptr) return;
    {
      auto guard = domain->enter();
      auto shield = guard.shield();
      seen += shield.protect(*src)->value.value();
    }
    replace(*domain, *src, 1);
    domain->drain();
  }
  Domain* domain = nullptr;
  source<Domain>* src = nullptr;
  static inline std::atomic<std::uint64_t> seen{0};
};

template <class Domain>
last_act<Domain>& last_act_of_this_thread() {
  thread_local last_act<Domain> act;
  return act;
}

TYPED_TEST(ThreadsConformance, ThreadLocalDestructorsMayUseADomainThatTheThreadUsedBefore) {
  TypeParam domain(small_options());
  source<TypeParam> src{new node<TypeParam>(1)};
  last_act<TypeParam>::seen = 0;

  for (int i = 0; i != 20; ++i) {
    std::thread([&] {
      replace(domain, src, 1);
      last_act_of_this_thread<TypeParam>().domain = &domain;  // made after the thread joined: ends before it leaves
      last_act_of_this_thread<TypeParam>().src = &src;
    }).join();
  }

  EXPECT_EQ(last_act<TypeParam>::seen, 20u);
  domain.retire(src.exchange(nullptr, relaxed));
  this->expect_drained(domain);
}

TYPED_TEST(ThreadsConformance, ThreadLocalDestructorsMayUseADomainThatTheThreadUsedAfterwards) {
  TypeParam domain(small_options());
  source<TypeParam> src{new node<TypeParam>(1)};
  last_act<TypeParam>::seen = 0;

  for (int i = 0; i != 20; ++i) {
    std::thread([&] {
      last_act_of_this_thread<TypeParam>().domain = &domain;  // made before the thread joined
      last_act_of_this_thread<TypeParam>().src = &src;
      if (i % 2 == 0) replace(domain, src, 1);  // else its destructor is the thread's first use
    }).join();
  }

  EXPECT_EQ(last_act<TypeParam>::seen, 20u);
  domain.retire(src.exchange(nullptr, relaxed));
  this->expect_drained(domain);
}

TYPED_TEST(ThreadsConformance, DestructorsOfThreadKeysMayUseADomain) {
  static TypeParam* used = nullptr;
  TypeParam domain(small_options());
  used = &domain;
  pthread_key_t key;
  ASSERT_EQ(pthread_key_create(&key, [](void*) { used->retire(new node<TypeParam>); }), 0);

  for (int i = 0; i != 20; ++i) {
    std::thread([&] {
      domain.retire(new node<TypeParam>);
      pthread_setspecific(key, &domain);
    }).join();
  }

  pthread_key_delete(key);
  EXPECT_EQ(domain.stats().retired, 40u);
  this->expect_drained(domain);
}

// What a signal handler does, and where.
template <class Domain>
struct handler {
  static void install(Domain& d, source<Domain>& s) {
    domain = &d;
    src = &s;
    struct sigaction action = {};
    action.sa_handler = [](int) {
      sum.fetch_add(read(*domain, *src), std::memory_order_relaxed);
      runs.fetch_add(1, std::memory_order_relaxed);
    };
    action.sa_flags = SA_RESTART;
    runs = 0;
    sum = 0;
    sigaction(SIGUSR1, &action, nullptr);
    sigaction(SIGALRM, &action, nullptr);
  }
  static void uninstall() {
    signal(SIGUSR1, SIG_DFL);
    signal(SIGALRM, SIG_DFL);
  }
  static inline Domain* domain;
  static inline source<Domain>* src;
  static inline std::atomic<std::uint64_t> runs;
  static inline std::atomic<std::uint64_t> sum;
};

TYPED_TEST(ThreadsConformance, ASignalHandlerMayEnterUnderAGuard) {
  TypeParam domain(small_options());
  source<TypeParam> src{new node<TypeParam>(1)};
  source<TypeParam> held{new node<TypeParam>(7)};
  domain.join();
  handler<TypeParam>::install(domain, src);

  for (int i = 0; i != 100; ++i) {
    raise(SIGUSR1);
    auto guard = domain.enter();
    raise(SIGUSR1);
    auto shield = guard.shield();
    node<TypeParam>* const n = shield.protect(held);
    raise(SIGUSR1);
    domain.retire(held.exchange(new node<TypeParam>(7), relaxed));
    domain.drain();
    EXPECT_EQ(n->value.value(), 7u);  // the handler's guard did not end this one's protection
  }

  handler<TypeParam>::uninstall();
  EXPECT_EQ(handler<TypeParam>::sum, 300u);
  domain.retire(src.exchange(nullptr, relaxed));
  domain.retire(held.exchange(nullptr, relaxed));
  this->expect_drained(domain);
}

// The handler meets this thread between any two of its instructions, while another thread replaces what both read.
TYPED_TEST(ThreadsConformance, ASignalHandlerMayEnterAnywhere) {
  TypeParam domain(small_options());
  source<TypeParam> src{new node<TypeParam>(1)};
  domain.join();
  handler<TypeParam>::install(domain, src);
  sigset_t alarm;
  sigemptyset(&alarm);
  sigaddset(&alarm, SIGALRM);
  pthread_sigmask(SIG_BLOCK, &alarm, nullptr);
  std::atomic<bool> is_over{false};
  std::thread writer([&] {  // inherits the mask: the signals are for this test's own thread
    replace_and_read(domain, src, is_over);
  });
  pthread_sigmask(SIG_UNBLOCK, &alarm, nullptr);
  const itimerval often{{0, 50}, {0, 50}};
  setitimer(ITIMER_REAL, &often, nullptr);
  const time_budget budget(200ms);

  std::uint64_t reads = 0;
  std::uint64_t sum = 0;
  while (!budget.is_over()) {
    sum += read(domain, src);
    ++reads;
    if (reads % 8 == 0) replace(domain, src, 1);
  }

  const itimerval never{};
  setitimer(ITIMER_REAL, &never, nullptr);
  is_over = true;
  writer.join();
  handler<TypeParam>::uninstall();
  EXPECT_EQ(sum, reads);
  EXPECT_GT(handler<TypeParam>::runs, 0u);
  EXPECT_EQ(handler<TypeParam>::sum, handler<TypeParam>::runs);
  domain.retire(src.exchange(nullptr, relaxed));
  this->expect_drained(domain);
}

TYPED_TEST(ThreadsConformance, ParentAndChildOfAForkGoOn) {
  TypeParam domain(small_options());
  source<TypeParam> src{new node<TypeParam>(1)};
  replace(domain, src, 2);

  const int failed = in_child([&] {
    if (read(domain, src) != 2) return 1;
    for (std::uint64_t i = 0; i != 1000; ++i) replace(domain, src, i);
    if (read(domain, src) != 999) return 2;
    if (reclaims_early<TypeParam> && domain.drain() != 0) return 3;
    TypeParam another(small_options());
    another.retire(new node<TypeParam>);
    return reclaims_early<TypeParam> && another.drain() != 0 ? 4 : 0;
  });

  EXPECT_EQ(failed, 0);
  EXPECT_EQ(read(domain, src), 2u);
  domain.retire(src.exchange(nullptr, relaxed));
  this->expect_drained(domain);
}

// In the child the other thread is gone: its guard holds nothing back, and its garbage is adopted.
TYPED_TEST(ThreadsConformance, TheChildOfAForkIsFreeOfOtherThreads) {
  TypeParam domain;
  source<TypeParam> src{new node<TypeParam>(1)};
  start_barrier step(2);
  std::thread other([&] {
    auto guard = domain.enter();
    auto shield = guard.shield();
    shield.protect(src);
    for (int i = 0; i != 10; ++i) guard.retire(new node<TypeParam>);
    step.arrive_and_wait();
    step.arrive_and_wait();
  });
  step.arrive_and_wait();
  domain.retire(src.exchange(nullptr, relaxed));

  const int left = in_child([&] { return static_cast<int>(domain.drain()); });

  EXPECT_EQ(left, reclaims_early<TypeParam> ? 0 : 11);
  step.arrive_and_wait();
  other.join();
  this->expect_drained(domain);
}

// Whatever a worker was doing when the process forked, the child can use the domain and end what is its own.
TYPED_TEST(ThreadsConformance, AForkMayHappenAtAnyMoment) {
  if (!may_fork_amid_threads) GTEST_SKIP() << "a sanitizer's runtime is not made for it";
  TypeParam domain(small_options());
  source<TypeParam> src{new node<TypeParam>(1)};
  std::atomic<bool> is_over{false};
  std::vector<std::thread> workers;
  for (int t = 0; t != 2; ++t) {
    workers.emplace_back([&] { replace_and_read(domain, src, is_over); });
  }

  for (int i = 0; i != 20; ++i) {
    const int failed = in_child([&] {
      source<TypeParam> own{new node<TypeParam>(1)};
      for (int k = 0; k != 100; ++k) replace(domain, own, 1);
      domain.drain();
      return read(domain, src) == 1 && read(domain, own) == 1 ? 0 : 1;
    });
    EXPECT_EQ(failed, 0);
  }

  is_over = true;
  for (std::thread& t : workers) t.join();
  domain.retire(src.exchange(nullptr, relaxed));
  this->expect_drained(domain);
}

// The other thread is in the child neither a visitor of this thread's garbage nor in anybody's way.
TYPED_TEST(ThreadsConformance, AForkMayHappenDuringADrain) {
  if (!may_fork_amid_threads) GTEST_SKIP() << "a sanitizer's runtime is not made for it";
  TypeParam domain(small_options());
  std::atomic<bool> is_over{false};
  std::thread drainer([&] {
    while (!is_over) {
      domain.retire(new node<TypeParam>);
      domain.drain();
      if (!reclaims_early<TypeParam>) std::this_thread::sleep_for(1ms);
    }
  });
  domain.join();

  for (int i = 0; i != 50; ++i) {
    const int left = in_child([&] {
      int mine = 100;
      for (int k = 0; k != 100; ++k) {
        domain.retire(new node<TypeParam>, [&mine](node<TypeParam>* n) noexcept {
          delete n;
          --mine;
        });
      }
      domain.drain();
      return mine;
    });
    EXPECT_EQ(left, reclaims_early<TypeParam> ? 0 : 100);
  }

  is_over = true;
  drainer.join();
  this->expect_drained(domain);
}

}  // namespace
}  // namespace reclaim::tests
