#include "bench/support/clock_ring.h"

#include <gtest/gtest.h>

#include <map>
#include <mutex>
#include <set>

#include "tests/support/threads.h"

namespace reclaim::bench {
namespace {

// Fills every slot with the keys 0, 1, 2 ...
void fill(clock_ring& ring, std::size_t slots) {
  for (std::uint64_t key = 0; key != slots; ++key) ring.publish(ring.claim_slot().slot, key);
}

std::map<std::uint32_t, std::uint64_t> residents(const clock_ring& ring) {
  std::map<std::uint32_t, std::uint64_t> all;
  ring.for_each_resident([&](std::uint32_t slot, std::uint64_t key) { all[slot] = key; });
  return all;
}

TEST(ClockRing, HandsOutVacantSlotsFirst) {
  clock_ring ring(3);

  std::set<std::uint32_t> slots;
  for (int i = 0; i != 3; ++i) {
    const auto place = ring.claim_slot();
    EXPECT_EQ(place.victim, clock_ring::vacant);
    slots.insert(place.slot);
  }

  EXPECT_EQ(slots.size(), 3u);
}

TEST(ClockRing, EvictsInTurnWhereNothingWasTouched) {
  clock_ring ring(3);
  fill(ring, 3);

  EXPECT_EQ(ring.claim_slot().victim, 0u);
  EXPECT_EQ(ring.claim_slot().victim, 1u);
  EXPECT_EQ(ring.claim_slot().victim, 2u);
}

TEST(ClockRing, SparesWhatWasTouchedOnce) {
  clock_ring ring(3);
  fill(ring, 3);
  ring.touch(0);
  ring.touch(1);

  EXPECT_EQ(ring.claim_slot().victim, 2u);
  EXPECT_EQ(ring.claim_slot().victim, 0u);
  EXPECT_EQ(ring.claim_slot().victim, 1u);
}

TEST(ClockRing, EvictsEvenWhereAllWasTouched) {
  clock_ring ring(2);
  fill(ring, 2);
  ring.touch(0);
  ring.touch(1);

  EXPECT_EQ(ring.claim_slot().victim, 0u);
}

TEST(ClockRing, TakesASlotBack) {
  clock_ring ring(1);

  ring.vacate(ring.claim_slot().slot);

  EXPECT_EQ(ring.claim_slot().victim, clock_ring::vacant);
}

TEST(ClockRing, ShowsResidentsAndNoBusySlot) {
  clock_ring ring(3);
  fill(ring, 3);
  const auto place = ring.claim_slot();

  const auto all = residents(ring);

  EXPECT_EQ(all.size(), 2u);
  EXPECT_FALSE(all.contains(place.slot));
}

TEST(ClockRing, GivesEachVictimToOneThread) {
  constexpr std::size_t threads = 4;
  constexpr std::uint64_t claims_each = 5'000;
  clock_ring ring(16);
  std::mutex lock;
  std::map<std::uint64_t, int> evicted;

  tests::run_threads(threads, [&](std::size_t thread) {
    std::map<std::uint64_t, int> mine;
    for (std::uint64_t i = 0; i != claims_each; ++i) {
      const auto place = ring.claim_slot();
      if (place.victim != clock_ring::vacant) ++mine[place.victim];
      ring.publish(place.slot, thread * claims_each + i);
    }
    const std::lock_guard locked(lock);
    for (const auto& [key, times] : mine) evicted[key] += times;
  });

  for (const auto& [key, times] : evicted) ASSERT_EQ(times, 1) << "key " << key;
  EXPECT_EQ(evicted.size() + residents(ring).size(), threads * claims_each);
}

}  // namespace
}  // namespace reclaim::bench
