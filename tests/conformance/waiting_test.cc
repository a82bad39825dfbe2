// Waits that end: for a time, for all that was retired before, for a grace period, for a cohort.

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <optional>
#include <thread>

#include "reclaim/background_reclaimer.h"
#include "reclaim/cohort.h"
#include "reclaim/schemes.h"
#include "tests/support/counted.h"
#include "tests/support/published.h"
#include "tests/support/schemes_under_test.h"
#include "tests/support/stalled_reader.h"
#include "tests/support/threads.h"

namespace reclaim::tests {
namespace {

using namespace std::chrono_literals;
using clock = std::chrono::steady_clock;

template <class Domain>
class Waiting : public testing::Test {};
TYPED_TEST_SUITE(Waiting, reclaiming_domains_under_test, domain_names);

TYPED_TEST(Waiting, ADrainForATimeReturnsAsSoonAsNothingIsLeft) {
  TypeParam domain;
  for (int i = 0; i != 100; ++i) domain.retire(new node<TypeParam>);

  const drain_result result = domain.drain_for(1h);

  EXPECT_TRUE(result.is_done());
  EXPECT_EQ(result.left, garbage());
  EXPECT_FALSE(result.is_held);
}

TYPED_TEST(Waiting, ADrainForATimeSaysWhoHoldsWhatIsLeft) {
  TypeParam domain;
  stalled_reader reader(domain);
  domain.retire(reader.place.exchange(nullptr, acq_rel));

  const auto began = clock::now();
  const drain_result result = domain.drain_for(30ms);

  EXPECT_GE(clock::now() - began, 30ms);
  EXPECT_FALSE(result.is_done());
  EXPECT_EQ(result.left, (garbage{1, sizeof(node<TypeParam>)}));
  EXPECT_TRUE(result.is_held);
  EXPECT_NE(result.holder.thread_id, 0);
  EXPECT_NE(result.holder.thread_id, sync::thread_id());
  EXPECT_GE(result.holder.at_least, 20ms);
  EXPECT_EQ(result.holder.holds_at_most.objects, 1u);
  reader.let_go();
  EXPECT_TRUE(domain.drain_for(1h).is_done());
}

TYPED_TEST(Waiting, ADeadlineInThePastDrainsOnce) {
  TypeParam domain;
  for (int i = 0; i != 100; ++i) domain.retire(new node<TypeParam>);
  EXPECT_TRUE(domain.drain_until(clock::now() - 1h).is_done());

  stalled_reader reader(domain);
  domain.retire(reader.place.exchange(nullptr, acq_rel));
  EXPECT_EQ(domain.drain_until(clock::now() - 1h).left.objects, 1u);
}

TYPED_TEST(Waiting, ADrainDoesNotWaitForItsOwnGuard) {
  TypeParam domain;
  sync::atomic<node<TypeParam>*> place{new node<TypeParam>};
  auto guard = domain.enter();
  auto shield = guard.shield();
  shield.protect(place);
  guard.retire(place.exchange(nullptr, acq_rel));

  EXPECT_EQ(domain.drain_for(1h).left.objects, 1u);
}

// Threads that retire, end and adopt all the time; what one of them knows to be retired has ended after its barrier.
TYPED_TEST(Waiting, ABarrierReturnsWhenAllThatWasRetiredBeforeHasEnded) {
  TypeParam domain(small_options());
  run_threads(4, [&](std::size_t) {
    for (int round = 0; round != 50; ++round) {
      std::atomic<int> ended{0};
      const auto end = [&ended](const int* p) {
        delete p;
        ++ended;
      };
      std::thread([&] {
        for (int i = 0; i != 10; ++i) domain.retire(new int(i), end);
      }).join();
      domain.retire(new int(0), end);
      domain.barrier();
      EXPECT_EQ(ended, 11);
    }
  });
}

// A drain is none: what another thread is ending, and what a guard holds, it leaves.
TYPED_TEST(Waiting, ABarrierWaitsForAGuardAndADrainDoesNot) {
  TypeParam domain;
  const census births;
  std::optional<stalled_reader<TypeParam>> reader(domain);
  domain.retire(reader->place.exchange(nullptr, acq_rel));
  EXPECT_EQ(domain.drain(), 1u);

  std::atomic<bool> is_over{false};
  std::thread waiter([&] {
    domain.barrier();
    is_over = true;
  });
  std::this_thread::sleep_for(20ms);
  EXPECT_FALSE(is_over);
  reader->let_go();
  waiter.join();
  EXPECT_EQ(births.living(), 0u);
}

// A barrier or a grace period for which a thread would wait under its own guard ends the process, and says why.
TYPED_TEST(Waiting, ABarrierUnderItsOwnGuardIsRefused) {
  TypeParam domain;
  sync::atomic<node<TypeParam>*> place{new node<TypeParam>};
  auto guard = domain.enter();
  auto shield = guard.shield();
  shield.protect(place);

  EXPECT_DEATH(domain.barrier(), "barrier: the calling thread is under a guard or in a deleter");
  delete place.load();
}

TYPED_TEST(Waiting, ABarrierInADeleterIsRefused) {
  EXPECT_DEATH(
      {
        TypeParam domain;
        domain.retire(new int, [&](const int* p) {
          delete p;
          domain.barrier();
        });
        domain.drain();
      },
      "barrier: the calling thread is under a guard or in a deleter");
}

TYPED_TEST(Waiting, ACohortLeavesNothingBehind) {
  const census births;
  TypeParam domain;
  {
    cohort<node<TypeParam>, TypeParam> members(domain);
    run_threads(4, [&](std::size_t) {
      for (int i = 0; i != 1000; ++i) members.retire(new node<TypeParam>);
    });
  }
  EXPECT_EQ(births.living(), 0u);
  EXPECT_EQ(births.ended(), 4000u);
}

TYPED_TEST(Waiting, ACohortOfObjectsWithoutAHookLeavesNothingBehind) {
  const census births;
  TypeParam domain;
  {
    cohort<counted, TypeParam> members(domain);
    for (int i = 0; i != 1000; ++i) members.retire(new counted);
    EXPECT_LE(members.pending(), 1000u);
  }
  EXPECT_EQ(births.living(), 0u);
}

TYPED_TEST(Waiting, ACohortWaitsForAGuardOfAnotherThread) {
  const census births;
  TypeParam domain;
  stalled_reader reader(domain);
  std::atomic<bool> is_over{false};
  std::thread owner([&] {
    {
      cohort<node<TypeParam>, TypeParam> members(domain);
      members.retire(reader.place.exchange(nullptr, acq_rel));
    }
    EXPECT_EQ(births.living(), 0u);
    is_over = true;
  });
  std::this_thread::sleep_for(20ms);
  EXPECT_FALSE(is_over);
  reader.let_go();
  owner.join();
}

// It cannot wait for the guard around it: its objects end later.
TYPED_TEST(Waiting, ACohortThatEndsUnderAGuardOrInADeleterDoesNotWait) {
  const census births;
  TypeParam domain;
  sync::atomic<node<TypeParam>*> place{new node<TypeParam>};
  {
    auto guard = domain.enter();
    auto shield = guard.shield();
    shield.protect(place);
    cohort<node<TypeParam>, TypeParam> members(domain);
    members.retire(place.exchange(nullptr, acq_rel));
  }
  EXPECT_EQ(domain.drain(), 0u);
  EXPECT_EQ(births.living(), 0u);

  auto* const members = new cohort<node<TypeParam>, TypeParam>(domain);
  members->retire(new node<TypeParam>);
  domain.retire(new int, [&](const int* p) {
    delete p;
    delete members;
  });
  EXPECT_EQ(domain.drain(), 0u);
  EXPECT_EQ(births.living(), 0u);
}

TYPED_TEST(Waiting, ABackgroundReclaimerEndsEverythingOnItsOwnThread) {
  TypeParam domain({.reclaims_in_retire = false});
  std::atomic<int> ended{0};
  std::atomic<int> ended_here{0};
  const std::thread::id here = std::this_thread::get_id();
  const background_reclaimer<TypeParam> background(domain, 1ms);
  for (int i = 0; i != 10'000; ++i) {
    domain.retire(new int(i), [&, here](const int* p) {
      delete p;
      ++ended;
      if (std::this_thread::get_id() == here) ++ended_here;
    });
  }
  for (int i = 0; i != 10'000 && ended != 10'000; ++i) std::this_thread::sleep_for(1ms);

  EXPECT_EQ(ended, 10'000);
  EXPECT_EQ(ended_here, 0);
}

TYPED_TEST(Waiting, ABackgroundReclaimerCanBeWoken) {
  TypeParam domain({.reclaims_in_retire = false});
  std::atomic<bool> is_ended{false};
  background_reclaimer<TypeParam> background(domain, 1h);
  domain.retire(new int, [&](const int* p) {
    delete p;
    is_ended = true;
  });
  for (int i = 0; i != 10'000 && !is_ended; ++i) {
    background.wake();
    std::this_thread::sleep_for(1ms);
  }
  EXPECT_TRUE(is_ended);
}

TYPED_TEST(Waiting, ABackgroundReclaimerThatEndsDrainsOnceMore) {
  TypeParam domain({.reclaims_in_retire = false});
  {
    const background_reclaimer<TypeParam> background(domain, 1h);
    for (int i = 0; i != 100; ++i) domain.retire(new int(i));
  }
  EXPECT_EQ(domain.pending(), 0u);
}

// Grace periods: of domains of regions.
struct epochs {
  static constexpr const char* name = "epoch";
  epoch_domain& regions() { return domain; }
  epoch_domain domain;
};
struct hybrids {
  static constexpr const char* name = "hybrid_regions";
  hybrid_regions& regions() { return domain.regions(); }
  hybrid_domain domain;
};

template <class Epochs>
class GracePeriod : public testing::Test {
 protected:
  Epochs of;
};
using domains_of_regions = testing::Types<epochs, hybrids>;
TYPED_TEST_SUITE(GracePeriod, domains_of_regions, domain_names);

TYPED_TEST(GracePeriod, IsOverSoonWhereNobodyReads) {
  auto& regions = this->of.regions();
  const grace_period period = regions.start_poll();
  int polls = 0;
  while (!regions.poll(period)) ASSERT_LT(++polls, 10);
}

TYPED_TEST(GracePeriod, IsNotOverWhileAGuardOfBeforeLives) {
  auto& regions = this->of.regions();
  auto guard = regions.enter();
  const grace_period period = regions.start_poll();
  std::thread([&] {
    for (int i = 0; i != 100; ++i) EXPECT_FALSE(regions.poll(period));
  }).join();
  guard.repin();  // ends it, and begins another one
  EXPECT_TRUE(regions.poll(period));
}

TYPED_TEST(GracePeriod, SynchronizeWaitsForGuardsAndNotForDeleters) {
  auto& regions = this->of.regions();
  start_barrier step(2);
  std::atomic<bool> is_reading{true};
  std::thread reader([&] {
    {
      const auto guard = regions.enter();
      step.arrive_and_wait();
      std::this_thread::sleep_for(20ms);
      is_reading = false;
    }
  });
  step.arrive_and_wait();
  regions.synchronize();
  EXPECT_FALSE(is_reading);
  reader.join();

  // Retired by a thread that sleeps, and so with it; a barrier gets it.
  std::atomic<int> ended{0};
  std::thread sleeper([&] {
    regions.retire(new int, [&](const int* p) {
      delete p;
      ++ended;
    });
    step.arrive_and_wait();
    step.arrive_and_wait();
  });
  step.arrive_and_wait();
  regions.synchronize();
  EXPECT_EQ(ended, 0);
  regions.barrier();
  EXPECT_EQ(ended, 1);
  step.arrive_and_wait();
  sleeper.join();
}

TYPED_TEST(GracePeriod, SynchronizeUnderItsOwnGuardIsRefused) {
  auto& regions = this->of.regions();
  const auto guard = regions.enter();
  EXPECT_DEATH(regions.synchronize(), "synchronize: the calling thread is under a guard, and would wait for itself");
}

}  // namespace
}  // namespace reclaim::tests
