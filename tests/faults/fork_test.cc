// Forks and execs at bad moments: under guards, while others retire and drain, in a deleter, and in the child of a fork.

#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdlib>
#include <memory>
#include <thread>
#include <vector>

#include "tests/faults/faults.h"
#include "tests/support/threads.h"

namespace reclaim::tests {
namespace {

using std::chrono_literals::operator""us;

template <class Domain>
class Fork : public AmidThreads {};
TYPED_TEST_SUITE(Fork, domains_under_test, domain_names);

// Threads that are in the midst of everything: guards, retires, drains, domains and threads that come and go.
template <class Domain>
class busy_threads {
 public:
  explicit busy_threads(Domain& domain) : domain_(domain) {
    run([this] { replace(domain_, src_, 1), read(domain_, src_); });
    run([this] { domain_.retire(new int(1)), domain_.drain(); });
    run([] {
      Domain another(small_options());
      another.retire(new int(1));
    });
    run([this] { std::thread([this] { domain_.retire(new int(1)); }).join(); });
  }
  ~busy_threads() {
    is_over_ = true;
    for (std::thread& t : threads_) t.join();
    unpublish(domain_, src_);
  }

 private:
  template <class Step>
  void run(Step step) {
    threads_.emplace_back([this, step] {
      for (int i = 0; !is_over_; ++i) {
        step();
        if (!reclaims_early<Domain> && i > 1000) std::this_thread::sleep_for(100us);
      }
    });
  }

  Domain& domain_;
  source<Domain> src_{new node<Domain>(1)};
  std::atomic<bool> is_over_{false};
  std::vector<std::thread> threads_;
};

// What the child does with the domain that it inherits.  Returns 0, or the number of the first thing that is wrong.
template <class Domain>
int use_inherited(Domain& domain, source<Domain>& src) {
  const std::size_t inherited = domain.pending();
  int ended = 0;
  const auto retire_own = [&] {
    domain.retire(new node<Domain>, [&ended](node<Domain>* n) noexcept {
      delete n;
      ++ended;
    });
  };
  if (read(domain, src) != 1) return 1;
  for (int i = 0; i != 100; ++i) retire_own();
  std::thread(retire_own).join();
  const std::size_t left = domain.drain();
  if (left > (reclaims_early<Domain> ? inherited : inherited + 101)) return 2;
  if (reclaims_early<Domain> && ended != 101) return 3;
  return 0;
}

// Forks `children[0]` children amid busy threads; each uses the domain and does the same with the rest of `children`.
// Returns the sum of what they return.
template <class Domain>
int fork_generations(Domain& domain, source<Domain>& src, std::vector<int> children) {
  if (children.empty()) return 0;
  const int mine = children.front();
  children.erase(children.begin());
  busy_threads<Domain> others(domain);
  int failures = 0;
  for (int i = 0; i != mine; ++i) {
    std::this_thread::sleep_for(300us * i);
    failures += status_in_child([&] {
      EXPECT_EQ(use_inherited(domain, src), 0);
      EXPECT_EQ(fork_generations(domain, src, children), 0);
    }, 30);
  }
  return failures;
}

TYPED_TEST(Fork, ThreeGenerationsForkAmidBusyThreads) {
  const int status = status_in_child([] {
    TypeParam domain(small_options());
    source<TypeParam> src{new node<TypeParam>(1)};

    EXPECT_EQ(fork_generations(domain, src, {10, 2, 1}), 0);

    EXPECT_EQ(read(domain, src), 1u);
    unpublish(domain, src);
    expect_drained(domain);
  });
  EXPECT_EQ(status, 0);
}

// In the child the stack of a thread that is lost becomes the stack of a new one: a domain that lay there is gone.
TYPED_TEST(Fork, ADomainOnALostThreadsStackIsNotLookedForAgain) {
  EXPECT_EQ(0, status_in_child([] {
    TypeParam domain;
    start_barrier step(2);
    std::thread other([&] {
      TypeParam own(small_options());
      own.retire(new int(1));
      step.arrive_and_wait();
      step.arrive_and_wait();
    });
    step.arrive_and_wait();

    EXPECT_EQ(0, status_in_child([&] {
      for (int i = 0; i != 10; ++i) {
        std::thread([&] {
          volatile unsigned char covers[64 * 1024];
          for (auto& byte : covers) byte = 0x5a;
          domain.retire(new int(1));
        }).join();
      }
      expect_drained(domain);
      TypeParam another;
    }, 10));

    step.arrive_and_wait();
    other.join();
  }));
}

// The guard under which a thread forks protects in the child as well, until it ends there.
TYPED_TEST(Fork, AGuardGoesOnInTheChild) {
  expect_in_child([] {
    TypeParam domain;
    source<TypeParam> src{new node<TypeParam>(1)};
    {
      auto guard = domain.enter();
      auto shield = guard.shield();
      node<TypeParam>* const n = shield.protect(src);

      EXPECT_EQ(0, status_in_child([&] {
        unpublish(domain, src);
        EXPECT_EQ(domain.drain(), 1u);
        EXPECT_EQ(n->value.value(), 1u);
        shield.reset();
        guard.repin();
        EXPECT_EQ(domain.drain(), reclaims_early<TypeParam> ? 0u : 1u);
      }));

      EXPECT_EQ(n->value.value(), 1u);
    }
    unpublish(domain, src);
    expect_drained(domain);
  });
}

// What was due beside the object whose deleter forks ends in both processes.
TYPED_TEST(Fork, InADeleterBothGoOnWithWhatIsDue) {
  if (!reclaims_early<TypeParam>) GTEST_SKIP() << "the control runs no deleter before it ends";
  expect_in_child([] {
    TypeParam domain;
    static int ended;
    static pid_t child;
    ended = 0;
    const auto counts = [](int* p) noexcept { ++ended, delete p; };
    const auto forks = [](int* p) noexcept { child = fork(), delete p; };
    for (int i = 0; i != 10; ++i) domain.retire(new int(i), counts);
    domain.retire(new int(0), forks);
    for (int i = 0; i != 10; ++i) domain.retire(new int(i), counts);

    domain.drain();

    const bool is_all = ended == 20 && domain.pending() == 0;
    if (child == 0) _exit(is_all ? 0 : 1);
    int status = -1;
    waitpid(child, &status, 0);
    EXPECT_EQ(status, 0);
    EXPECT_TRUE(is_all);
  });
}

// What a program that was started by exec does: decides anew, and needs nothing of what was there.  It ends with a status of
// its own, for one that finds no test to run ends with 0.
constexpr const char* is_new_program = "RECLAIM_TESTS_IS_NEW_PROGRAM";
constexpr int well = 42;

TEST(Exec, TheNewProgramUsesADomain) {
  {
    epoch_domain domain;
    source<epoch_domain> src{new node<epoch_domain>(1)};
    replace(domain, src, 1);
    unpublish(domain, src);
    EXPECT_EQ(domain.drain(), 0u);
  }
  if (std::getenv(is_new_program) != nullptr) std::exit(HasFailure() ? 1 : well);
}

[[noreturn]] void become_true() {
  execl("/bin/true", "true", nullptr);
  _exit(100);
}
[[noreturn]] void become_this_test() {
  setenv(is_new_program, "1", 1);
  become_this_program("Exec.TheNewProgramUsesADomain");
}

struct program {
  void (*become)();
  int status;
};

template <class Domain>
class ExecAmid : public ::testing::Test {};
TYPED_TEST_SUITE(ExecAmid, domains_under_test, domain_names);

TYPED_TEST(ExecAmid, ThreadsInGuardsLeaveANewProgramThatWorks) {
  for (const bool is_first_thread : {true, false}) {
    for (const program& next : {program{become_true, 0}, program{become_this_test, well}}) {
      EXPECT_EQ(next.status, in_child([&] {
        TypeParam domain(small_options());
        source<TypeParam> src{new node<TypeParam>(1)};
        start_barrier are_inside(3);
        for (int i = 0; i != 2; ++i) {
          std::thread([&] {
            auto guard = domain.enter();
            auto shield = guard.shield();
            shield.protect(src);
            are_inside.arrive_and_wait();
            for (;;) guard.retire(new int(1)), std::this_thread::sleep_for(100us);
          }).detach();
        }
        are_inside.arrive_and_wait();
        if (is_first_thread) next.become();
        std::thread(next.become).join();
        return 101;
      }));
    }
  }
}

}  // namespace
}  // namespace reclaim::tests
