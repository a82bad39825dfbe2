// Processes that exit while threads still work; and the order in which static and thread_local objects end.

#include <gtest/gtest.h>
#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <string>
#include <thread>

#include "reclaim/default_domain.h"
#include "tests/faults/faults.h"

namespace reclaim::tests {
namespace {

using std::chrono_literals::operator""us;

template <class Domain>
class Exit : public ::testing::Test {};
TYPED_TEST_SUITE(Exit, domains_under_test, domain_names);

// Uses the default domain for as long as there is a process; not without limit, for the control keeps everything.
template <class Domain>
void use_for_ever() {
  static source<Domain> src{new node<Domain>(1)};
  Domain& domain = default_domain<Domain>();
  const census births;
  for (int i = 0;; ++i) {
    if (i < 100'000) replace(domain, src, 1);
    if (i % 100 == 0) domain.drain();
    if (read(domain, src) != 1 || births.faults() != 0) _exit(3);
  }
}

// A static object whose end uses the default domain.
template <class Domain>
struct last_user {
  ~last_user() {
    retire_new(default_domain<Domain>(), 20);
    default_domain<Domain>().drain();
  }
};

// Ends after the static objects made since, while threads go on: lets the process end if nothing happened until then.
struct judge_amid_threads {
  ~judge_amid_threads() {
    if (births.faults() != 0 || ::testing::Test::HasFailure()) _exit(2);
  }
  const census births;
};

TYPED_TEST(Exit, DetachedThreadsMayUseTheDefaultDomainWhileTheProcessExits) {
  const int times = is_sanitized ? 3 : 200;
  for (int i = 0; i != times; ++i) {
    const int status = in_child([&] {
      static const judge_amid_threads last;
      static const last_user<TypeParam> before;
      std::thread(use_for_ever<TypeParam>).detach();
      std::thread(use_for_ever<TypeParam>).detach();
      std::this_thread::sleep_for(10us * (i % 100));
      std::exit(0);
      return 100;
    });
    ASSERT_EQ(status, 0) << "time " << i;
  }
}

// The last static object to end: judges what happened, as the exit status.
struct judge {
  static constexpr int well = 42;
  ~judge() { _exit(births.living() == 0 && births.faults() == 0 && !::testing::Test::HasFailure() ? well : 43); }
  const census births;
};

// A domain with static storage, and an object of the thread whose end uses it.
template <class Domain>
Domain& static_domain() {
  static Domain domain(small_options());
  return domain;
}

template <class Domain>
struct thread_object {
  ~thread_object() {
    source<Domain> src{new node<Domain>(1)};
    EXPECT_EQ(read(static_domain<Domain>(), src), 1u);
    unpublish(static_domain<Domain>(), src);
    retire_new(static_domain<Domain>(), 20);
    static_domain<Domain>().drain();
    ++ended;
  }
  static inline std::atomic<int> ended{0};
};

template <class Domain>
void make_thread_object() {
  thread_local const thread_object<Domain> object;
  static_cast<void>(object);
}

TYPED_TEST(Exit, ThreadLocalObjectsMayUseAStaticDomainInTheirEnd) {
  for (const bool is_domain_first : {true, false}) {
    const int status = in_child([&] {
      static const judge last;
      if (is_domain_first) static_domain<TypeParam>();
      make_thread_object<TypeParam>();
      retire_new(static_domain<TypeParam>(), 3);
      for (int i = 0; i != 10; ++i) {
        std::thread([] {
          make_thread_object<TypeParam>();
          retire_new(static_domain<TypeParam>(), 3);
        }).join();
      }
      EXPECT_EQ(thread_object<TypeParam>::ended, 10);
      std::exit(0);
      return 100;
    });
    EXPECT_EQ(status, judge::well);
  }
}

// What runs as a program of its own, whose first thread ends: the last thread to end does what exit() does.
template <class Domain>
void end_first_thread() {
  static const judge last;
  static_domain<Domain>();
  retire_new(static_domain<Domain>(), 3);
  std::thread([first = pthread_self()] {
    pthread_join(first, nullptr);
    retire_new(static_domain<Domain>(), 20);
    static_domain<Domain>().drain();
  }).detach();
  pthread_exit(nullptr);
}

constexpr const char* first_thread_ends = "RECLAIM_TESTS_FIRST_THREAD_ENDS";

TYPED_TEST(Exit, TheFirstThreadMayEndBeforeTheOthers) {
  if (is_sanitized) GTEST_SKIP() << "a sanitizer's runtime does not know of a first thread that ends";
  if (std::getenv(first_thread_ends) != nullptr) end_first_thread<TypeParam>();
  const std::string suite = ::testing::UnitTest::GetInstance()->current_test_suite()->name();
  const int status = in_child([&]() -> int {
    setenv(first_thread_ends, "1", 1);
    become_this_program(suite + ".TheFirstThreadMayEndBeforeTheOthers");
  });
  EXPECT_EQ(status, judge::well);
}

}  // namespace
}  // namespace reclaim::tests
