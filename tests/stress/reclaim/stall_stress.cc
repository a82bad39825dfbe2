// Readers that stall, in each way in which one can: what waits stays under the bound that the domain states.

#include <gtest/gtest.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>

#include <atomic>
#include <cstddef>
#include <functional>
#include <thread>

#include "reclaim/schemes.h"
#include "tests/support/counted.h"
#include "tests/support/published.h"
#include "tests/support/schemes_under_test.h"
#include "tests/support/threads.h"

namespace reclaim::tests {
namespace {

using std::chrono_literals::operator""s;

constexpr std::size_t retires = 1'000'000;

// How many of one domain's objects live, exactly at each birth: sums that are read while others work are not.
template <class Domain>
struct garbage : Domain::hook {
  static inline std::atomic<std::size_t> living{0};
  static inline std::atomic<std::size_t> peak{0};

  garbage() noexcept {
    const std::size_t now = ++living;
    for (std::size_t most = peak; most < now && !peak.compare_exchange_weak(most, now);) {
    }
  }
  ~garbage() { --living; }
};

// Retires a million objects one by one.
template <class Domain>
void retire_a_million(Domain& domain) {
  const time_budget budget(4s);  // for sanitizers
  for (std::size_t i = 0; i != retires && !budget.is_over(); ++i) domain.retire(new garbage<Domain>);
}

template <class Domain>
class StallStress : public ::testing::Test {
 protected:
  void expect_bounded() {
    retire_a_million(domain_);
    expect_peak_within(2);
    EXPECT_EQ(held_.load()->value.value(), 0u);
  }
  // Of those that live one a thread is about to be retired.
  void expect_peak_within(std::size_t participants) {
    EXPECT_LE(garbage<Domain>::peak, domain_.garbage_bound(participants) + participants);
    EXPECT_LT(domain_.garbage_bound(participants), retires) << "a bound that cannot be passed says nothing";
  }
  StallStress() { garbage<Domain>::peak = 0; }
  ~StallStress() override { delete held_.load(); }

  // Reads under a guard, and says so, until it may go on.
  void read_until(const std::function<void()>& stall) {
    auto guard = domain_.enter();
    auto shield = guard.shield();
    EXPECT_EQ(shield.protect(held_)->value.value(), 0u);
    stall();
  }

  static domain_options options() {
    domain_options chosen;
    chosen.objects_per_collect = 64;
    chosen.collect_period = {};
    return chosen;
  }

  Domain domain_{options()};
  sync::atomic<node<Domain>*> held_{new node<Domain>};
};

TYPED_TEST_SUITE(StallStress, bounded_domains_under_test, domain_names);

TYPED_TEST(StallStress, AGuardThatIsHeldForEver) {
  start_barrier both(2);
  std::thread reader([&] { this->read_until([&] { both.arrive_and_wait(), both.arrive_and_wait(); }); });
  both.arrive_and_wait();
  this->expect_bounded();
  both.arrive_and_wait();
  reader.join();
}

// The guard is that of the thread which is interrupted; the handler waits in it.
TYPED_TEST(StallStress, AThreadParkedInASignalHandlerUnderAGuard) {
  static sem_t parked, go_on;
  sem_init(&parked, 0, 0);
  sem_init(&go_on, 0, 0);
  struct sigaction park = {};
  park.sa_handler = [](int) {
    sem_post(&parked);
    while (sem_wait(&go_on) != 0) {
    }
  };
  sigaction(SIGUSR2, &park, nullptr);
  std::thread reader([&] { this->read_until([] { raise(SIGUSR2); }); });
  while (sem_wait(&parked) != 0) {
  }
  this->expect_bounded();
  sem_post(&go_on);
  reader.join();
  sem_destroy(&parked);
  sem_destroy(&go_on);
}

// Sixty-four others compete with it for the processors, and retire.
TYPED_TEST(StallStress, AThreadPreemptedBySixtyFourOthers) {
  constexpr std::size_t others = 64;
  std::atomic<std::size_t> at_work{others};
  const time_budget budget(4s);
  run_threads(others + 1, [&](std::size_t thread) {
    if (thread == 0) {
      while (at_work != 0) {
        this->read_until([&] { for (int i = 0; i != 100; ++i) std::this_thread::yield(); });
      }
      return;
    }
    for (std::size_t i = 0; i != retires / others && !budget.is_over(); ++i) this->domain_.retire(new garbage<TypeParam>);
    --at_work;
  });
  this->expect_peak_within(others + 1);
}

// The control: epochs have no bound.
TEST(StallStress, EpochsKeepAllThatIsRetiredMeanwhile) {
  epoch_domain domain;
  start_barrier both(2);
  std::thread reader([&] {
    const auto guard = domain.enter();
    both.arrive_and_wait();
    both.arrive_and_wait();
  });
  both.arrive_and_wait();
  std::size_t retired = 0;
  for (; retired != 100'000; ++retired) domain.retire(new epoch_domain::hook);
  EXPECT_GT(domain.pending(), retired - 2 * domain_options().most_per_collect());
  both.arrive_and_wait();
  reader.join();
}

}  // namespace
}  // namespace reclaim::tests
