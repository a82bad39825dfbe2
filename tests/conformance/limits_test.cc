// Garbage within limits, of objects and of bytes, and what a domain does where guards do not let it.

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <thread>

#include "reclaim/schemes.h"
#include "tests/support/counted.h"
#include "tests/support/schemes_under_test.h"
#include "tests/support/stalled_reader.h"
#include "tests/support/threads.h"

namespace reclaim::tests {
namespace {

using namespace std::chrono_literals;
using clock = std::chrono::steady_clock;

// How many live, and the most that ever did; of each domain by itself.
template <class Domain>
struct gauge {
  static inline std::atomic<std::size_t> living{0};
  static inline std::atomic<std::size_t> most{0};

  static void reset() { most = living.load(); }
};

template <class Domain>
struct gauged : Domain::hook {
  gauged() {
    const std::size_t now = ++gauge<Domain>::living;
    for (std::size_t known = gauge<Domain>::most; known < now && !gauge<Domain>::most.compare_exchange_weak(known, now);) {
    }
  }
  ~gauged() { --gauge<Domain>::living; }
};

template <class Domain>
class Limits : public testing::Test {
 protected:
  void SetUp() override { gauge<Domain>::reset(); }
  static void retire(Domain& domain, std::size_t count) {
    for (std::size_t i = 0; i != count; ++i) domain.retire(new gauged<Domain>);
  }
};
TYPED_TEST_SUITE(Limits, reclaiming_domains_under_test, domain_names);

constexpr std::size_t objects = 500;

// With the same threads and no limit there is more: the limit is what keeps it.
TYPED_TEST(Limits, GarbageStaysWithinTheHardLimitOfObjects) {
  constexpr std::size_t threads = 4;
  const auto most_with = [&](const domain_options& options) {
    TypeParam domain(options);
    gauge<TypeParam>::reset();
    run_threads(threads, [&](std::size_t) { this->retire(domain, 20'000); });
    return gauge<TypeParam>::most.load();
  };
  // Of each thread one object may be born and not retired yet, and one may be over its share.
  EXPECT_GT(most_with({}), objects + 2 * threads);
  if constexpr (bounded_domain<TypeParam>) {
    EXPECT_LE(most_with({.hard_limit = {.objects = objects}}), objects + 2 * threads);
  } else {  // a thread that is not running may hold an epoch up, and another one has to go on
    EXPECT_LE(most_with({.hard_limit = {.objects = objects}, .when_over = over_limit::wait, .longest_wait = 10s}),
              objects + 2 * threads);
  }
}

TYPED_TEST(Limits, BytesCountAsTheyAreGiven) {
  constexpr std::size_t each = 100'000;
  TypeParam domain({.hard_limit = {.bytes = 10 * each}});
  std::size_t most = 0;
  for (int i = 0; i != 1000; ++i) {
    domain.retire(new int(i), [](const int* p) { delete p; }, each);
    most = std::max(most, domain.stats().pending.bytes);
  }

  EXPECT_LE(most, 11 * each);
  EXPECT_GE(most, each);
  EXPECT_EQ(domain.stats().retired_bytes, 1000 * each);
}

TYPED_TEST(Limits, WhatAThreadThatSleepsHasRetiredIsTakenFromIt) {
  TypeParam domain({.hard_limit = {.objects = objects}});
  start_barrier step(2);
  std::thread sleeper([&] {
    domain.join();
    this->retire(domain, objects / 4);
    step.arrive_and_wait();
    step.arrive_and_wait();
  });
  step.arrive_and_wait();
  this->retire(domain, 4 * objects);

  EXPECT_LE(gauge<TypeParam>::most.load(), objects + 4);
  step.arrive_and_wait();
  sleeper.join();
}

TYPED_TEST(Limits, WhoHasBeenVisitedKeepsWithinThemAsWell) {
  TypeParam domain({.hard_limit = {.objects = objects}});
  start_barrier step(2);
  std::thread retirer([&] {
    domain.retire(new gauged<TypeParam>);
    step.arrive_and_wait();
    step.arrive_and_wait();
    this->retire(domain, 4 * objects);
  });
  step.arrive_and_wait();
  domain.drain();
  domain.barrier();
  step.arrive_and_wait();
  retirer.join();

  EXPECT_LE(gauge<TypeParam>::most.load(), objects + 4);
}

TYPED_TEST(Limits, WhatIsKeptForAThreadThatSleepsDoesNotMakeOthersLookAllTheTime) {
  TypeParam domain({.hard_limit = {.objects = 1'000'000}});
  domain.retire(new gauged<TypeParam>);
  std::thread([&] { this->retire(domain, 20'000); }).join();

  EXPECT_LT(domain.stats().collects, 100u);
}

// A guard that stalls holds what epochs have; then the limit cannot be kept, and retire() goes on all the same.
TEST(LimitsOfEpochs, AStalledGuardPassesThemAndIsReportedOnce) {
  static std::atomic<int> breaches;
  static limit_breach last;
  int seven = 7;
  breaches = 0;
  epoch_domain domain({.hard_limit = {.objects = objects}, .on_breach = [](const limit_breach& breach, void* context) noexcept {
                         ++breaches;
                         last = breach;
                         EXPECT_EQ(*static_cast<int*>(context), 7);
                       },
                       .breach_context = &seven});
  stalled_reader reader(domain);
  for (std::size_t i = 0; i != 10 * objects; ++i) domain.retire(new gauged<epoch_domain>);

  EXPECT_EQ(domain.pending(), 10 * objects);
  EXPECT_EQ(breaches, 1);
  EXPECT_GT(last.waiting.objects, objects);
  EXPECT_EQ(last.limit.objects, objects);
  reader.let_go();
  for (std::size_t i = 0; i != 10 * objects; ++i) domain.retire(new gauged<epoch_domain>);
  EXPECT_LE(domain.pending(), objects);
  EXPECT_EQ(breaches, 1);
}

// What the hybrid domain may end at once, it ends without waiting for an epoch.
TEST(LimitsOfHybrid, UnderPressureAStalledGuardHoldsNoMoreThanItNames) {
  hybrid_domain domain({.hard_limit = {.objects = objects}});
  const stalled_reader reader(domain);
  gauge<hybrid_domain>::reset();
  for (std::size_t i = 0; i != 100 * objects; ++i) domain.retire(new gauged<hybrid_domain>);

  EXPECT_LE(gauge<hybrid_domain>::most, objects + 2);
}

// By epochs alone what was retired since the last look but one would wait.
TEST(LimitsOfHybrid, OverTheSoftLimitALookEndsAllThatIsNotNamed) {
  hybrid_domain domain({.soft_limit = {.objects = 10}});
  const stalled_reader reader(domain);
  gauge<hybrid_domain>::reset();
  std::size_t least = 10'000;
  for (std::size_t i = 0; i != 10'000; ++i) {
    domain.retire(new gauged<hybrid_domain>);
    if (i > 5'000) least = std::min<std::size_t>(least, gauge<hybrid_domain>::living);
  }
  EXPECT_LE(least, 2u);
}

constexpr domain_options waiting{.hard_limit = {.objects = 100}, .when_over = over_limit::wait, .longest_wait = 50ms};

TEST(LimitsOfEpochs, RetireWaitsForOthersUpToItsDeadline) {
  epoch_domain domain(waiting);
  stalled_reader reader(domain);
  const auto began = clock::now();
  for (std::size_t i = 0; i != 102; ++i) domain.retire(new gauged<epoch_domain>);

  EXPECT_GE(clock::now() - began, 50ms);
  EXPECT_EQ(domain.pending(), 102u);
}

TEST(LimitsOfEpochs, RetireDoesNotWaitForItsOwnGuard) {
  epoch_domain domain({.hard_limit = {.objects = 100}, .when_over = over_limit::wait, .longest_wait = 1h});
  const auto guard = domain.enter();
  for (std::size_t i = 0; i != 1000; ++i) domain.retire(new gauged<epoch_domain>);

  EXPECT_EQ(domain.pending(), 1000u);
}

// A deleter that counts those that end in one call.
template <class Domain>
struct burst : Domain::hook {
  static inline std::size_t ended = 0;
  ~burst() { ++ended; }
};

TYPED_TEST(Limits, ARetireEndsNoMoreThanItMay) {
  TypeParam domain({.most_reclaims_per_retire = 16, .hard_limit = {.objects = objects}});
  std::size_t most = 0;
  {
    const auto guard = domain.enter();
    for (std::size_t i = 0; i != 4 * objects; ++i) domain.retire(new burst<TypeParam>);
  }
  for (std::size_t i = 0; i != 4 * objects; ++i) {
    const std::size_t before = burst<TypeParam>::ended;
    domain.retire(new burst<TypeParam>);
    most = std::max(most, burst<TypeParam>::ended - before);
  }
  EXPECT_LE(most, 16u);
  EXPECT_GT(most, 0u);
}

TYPED_TEST(Limits, WhereRetireDoesNotReclaimNothingEndsUntilItIsAskedFor) {
  const census births;
  TypeParam domain({.reclaims_in_retire = false});
  for (int i = 0; i != 10'000; ++i) domain.retire(new counted(1), [](const counted* c) { delete c; });
  EXPECT_EQ(births.ended(), 0u);
  EXPECT_EQ(domain.stats().collects, 0u);

  std::size_t calls = 0;
  while (births.living() != 0) {
    const std::size_t before = births.ended();
    const std::size_t ended = domain.reclaim_some(100);
    EXPECT_LE(ended, 100u);
    EXPECT_LE(births.ended() - before, ended);
    const std::size_t after = births.ended();
    domain.stalls(0ns);
    domain.retire(new int);  // ends none of what was found to have outlived all guards
    EXPECT_EQ(births.ended(), after);
    ASSERT_LT(++calls, 1000u);
  }
  EXPECT_GE(calls, 100u);
}

TYPED_TEST(Limits, ReclaimSomeEndsWhatThreadsThatEndedHaveLeft) {
  const census births;
  TypeParam domain({.reclaims_in_retire = false});
  std::thread([&] {
    for (int i = 0; i != 100; ++i) domain.retire(new counted(1), [](const counted* c) { delete c; });
  }).join();
  for (int call = 0; call != 10 && births.living() != 0; ++call) domain.reclaim_some(30);

  EXPECT_EQ(births.living(), 0u);
}

TYPED_TEST(Limits, ReclaimSomeEndsNothingThatAGuardProtects) {
  TypeParam domain({.reclaims_in_retire = false});
  sync::atomic<counted*> place{new counted(5)};
  auto guard = domain.enter();
  auto shield = guard.shield();
  const counted* const held = shield.protect(place);
  guard.retire(place.exchange(nullptr, acq_rel), [](const counted* c) { delete c; });
  for (int i = 0; i != 10; ++i) EXPECT_EQ(domain.reclaim_some(10), 0u);

  EXPECT_EQ(held->value(), 5u);
}

}  // namespace
}  // namespace reclaim::tests
