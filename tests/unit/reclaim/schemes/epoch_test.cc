// What is special to epochs.

#include "reclaim/schemes/epoch.h"

#include <gtest/gtest.h>

#include <thread>

#include "tests/support/counted.h"
#include "tests/support/schemes_under_test.h"

namespace reclaim::tests {
namespace {

struct node : epoch_domain::hook {
  counted value;
};

TEST(EpochDomain, ProtectsAllThatAGuardCanReach) {
  const census births;
  epoch_domain domain(collect_every(1));
  auto* const n = new node;
  auto guard = domain.enter();
  std::thread([&] {
    domain.retire(n);
    for (int i = 0; i != 100; ++i) domain.retire(new node);
    domain.drain();
  }).join();

  EXPECT_EQ(n->value.value(), 0u);
  EXPECT_EQ(births.ended(), 0u);
}

TEST(EpochDomain, HoldsBackAllThatIsRetiredWhileAReaderStalls) {
  epoch_domain domain(collect_every(8));
  auto guard = domain.enter();
  std::thread([&] {
    for (int i = 0; i != 10'000; ++i) domain.retire(new node);
  }).join();

  EXPECT_EQ(domain.drain(), 10'000u);
}

TEST(EpochDomain, GoesOnWhenAStalledReaderRepins) {
  epoch_domain domain(collect_every(8));
  auto guard = domain.enter();
  std::thread([&] {
    for (int i = 0; i != 100; ++i) domain.retire(new node);
    domain.drain();
  }).join();
  ASSERT_EQ(domain.pending(), 100u);

  for (int round = 0; round != 3; ++round) {
    guard.repin();
    domain.drain();
  }

  EXPECT_EQ(domain.pending(), 0u);
}

TEST(EpochDomain, EndsNothingBeforeTwoAdvances) {
  const census births;
  epoch_domain domain(collect_every(1));

  domain.retire(new node);  // tagged with the first epoch; that collect advances once
  EXPECT_EQ(births.ended(), 0u);

  domain.retire(new node);  // the second advance: what was tagged first has outlived its grace period
  EXPECT_EQ(births.ended(), 1u);
}

TEST(EpochDomain, AnInnerGuardDoesNotEndTheOuterOne) {
  const census births;
  epoch_domain domain(collect_every(1));
  auto outer = domain.enter();
  { auto inner = domain.enter(); }
  std::thread([&] {
    for (int i = 0; i != 100; ++i) domain.retire(new node);
    domain.drain();
  }).join();

  EXPECT_EQ(births.ended(), 0u);
}

// Retires under guards on a new thread.  Returns how often a guard was entered the slow way because of a detour.
std::size_t detours_taken(epoch_domain& domain, int retires) {
  std::size_t taken = 0;
  std::thread([&] {
    for (int i = 0; i != retires; ++i) {
      const bool is_asked = sync::is_on_detour();
      auto guard = domain.enter();
      if (is_asked && !sync::is_on_detour()) ++taken;
      guard.retire(new node);
    }
  }).join();
  return taken;
}

TEST(EpochDomain, OffersItsProcessorToWhoHoldsItUp) {
  epoch_domain domain(collect_every(8));
  auto guard = domain.enter();

  EXPECT_EQ(detours_taken(domain, 1'000), 16u);
}

TEST(EpochDomain, OffersItsProcessorAnewInEachEpoch) {
  epoch_domain domain(collect_every(8));
  for (int epoch = 0; epoch != 3; ++epoch) {
    auto guard = domain.enter();
    EXPECT_GE(detours_taken(domain, 1'000), 16u) << "in epoch " << epoch;
  }
}

TEST(EpochDomain, KeepsItsProcessorWhereNobodyHoldsItUp) {
  epoch_domain domain(collect_every(8));

  EXPECT_EQ(detours_taken(domain, 1'000), 0u);
}

TEST(EpochDomain, OffersItsProcessorUnderNoGuardOnly) {
  epoch_domain domain(collect_every(1));
  auto held = domain.enter();
  std::thread([&] {
    {
      auto outer = domain.enter();
      for (int i = 0; i != 8; ++i) outer.retire(new node);
      ASSERT_TRUE(sync::is_on_detour()) << "no detour was asked for";
      auto inner = domain.enter();
      EXPECT_TRUE(sync::is_on_detour()) << "an inner guard took the detour";
    }
    auto next = domain.enter();
    EXPECT_FALSE(sync::is_on_detour()) << "the next guard did not take the detour";
  }).join();
}

TEST(EpochDomain, RefusesOptionsOutOfRange) {
  EXPECT_THROW(epoch_domain(collect_every(0)), std::invalid_argument);

  domain_options few;
  few.reclaims_per_retire = 8;
  few.most_reclaims_per_retire = 4;
  EXPECT_THROW(epoch_domain{few}, std::invalid_argument);

  domain_options none;
  none.reclaims_per_retire = 0;
  EXPECT_THROW(epoch_domain{none}, std::invalid_argument);
}

TEST(EpochDomain, IsARegionDomainAndNotBounded) {
  static_assert(region_domain<epoch_domain>);
  static_assert(!bounded_domain<epoch_domain>);
  static_assert(std::is_empty_v<epoch_domain::shield> || sync::checks_enabled);
  static_assert(sizeof(epoch_domain::hook) == 2 * sizeof(void*));
}

}  // namespace
}  // namespace reclaim::tests
