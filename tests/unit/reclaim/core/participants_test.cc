// The table of a domain's participants, and the hazard pointers of each.

#include "reclaim/core/participants.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <vector>

#include "reclaim/core/hazard_slots.h"
#include "tests/support/threads.h"

namespace reclaim::tests {
namespace {

struct participant {
  std::size_t number = 0;
};

TEST(Participants, JoinInAnyOrder) {
  participants<participant> table;
  EXPECT_EQ(table.size(), 0u);

  table.join(5).number = 5;
  table.join(2).number = 2;

  EXPECT_EQ(table.size(), 6u);
  EXPECT_EQ(table.find(5)->number, 5u);
  EXPECT_EQ(table.find(2)->number, 2u);
}

TEST(Participants, KeepTheirPlaceWhileTheTableGrows) {
  participants<participant> table;
  participant* const first = &table.join(0);

  for (std::size_t i = 1; i != 1000; ++i) table.join(i).number = i;

  EXPECT_EQ(&table.join(0), first);
  for (std::size_t i = 0; i != 1000; ++i) EXPECT_EQ(table.find(i)->number, i);
}

TEST(Participants, AreVisitedInTheOrderOfTheirIndices) {
  participants<participant> table;
  for (std::size_t i = 0; i != 300; ++i) table.join(i).number = i;
  std::size_t next = 0;

  table.for_each([&](const participant& p) { EXPECT_EQ(p.number, next++); });

  EXPECT_EQ(next, 300u);
}

TEST(Participants, BeyondTheLastChunkAreNotFound) {
  participants<participant> table;

  EXPECT_EQ(table.find(sync::expected_threads), nullptr);
  EXPECT_EQ(table.find(sync::no_thread), nullptr);
}

// Each thread finds its own place by entry_offset(); one that has none, or that is far, finds the place that is nobody's.
TEST(Participants, AreNearWhereTheThreadIsExpected) {
  participants<participant> table;
  for (std::size_t i = 0; i != 2 * sync::expected_threads; ++i) table.join(i).number = i + 1;

  for (std::size_t i = 0; i != sync::expected_threads; ++i) {
    EXPECT_EQ(&table.near(i * sync::room_a_thread), table.find(i));
  }
  EXPECT_EQ(table.near(sync::nobodys_offset).number, 0u);
  table.for_each([&](const participant& p) { EXPECT_NE(&p, &table.near(sync::nobodys_offset)); });
}

TEST(Participants, JoinAtOnce) {
  constexpr std::size_t threads = 16;
  participants<participant> table;

  run_threads(threads, [&](std::size_t thread) {
    for (std::size_t i = 0; i != 50; ++i) table.join(i * threads + thread).number = i * threads + thread;
  });

  std::size_t next = 0;
  table.for_each([&](const participant& p) { EXPECT_EQ(p.number, next++); });
  EXPECT_EQ(next, 50 * threads);
}

TEST(HazardSlots, AreFreeAgainWhenYielded) {
  hazard_slots slots;
  hazard_slot* const first = slots.claim();
  hazard_slot* const second = slots.claim();
  EXPECT_NE(first, second);

  slots.yield(*second);

  EXPECT_EQ(slots.claim(), second);
}

TEST(HazardSlots, ProtectNothingWhenClaimed) {
  hazard_slots slots;
  const int object = 0;
  hazard_slot* const slot = slots.claim();
  EXPECT_EQ(slot->hazard.load(acquire), nullptr);
  slot->set(&object);
  slots.yield(*slot);

  EXPECT_EQ(slots.claim(), slot);
  EXPECT_EQ(slot->hazard.load(acquire), nullptr);
}

TEST(HazardSlots, GrowAndAreAllVisited) {
  constexpr std::size_t count = 100;
  hazard_slots slots;
  const int objects[count] = {};
  for (const int& object : objects) slots.claim()->hazard.store(&object, release);
  std::vector<const void*> found;

  slots.for_each([&](hazard_slot& slot) {
    const void* const hazard = slot.hazard.load(acquire);
    if (hazard_slot::is_address(hazard)) found.push_back(hazard);
  });

  EXPECT_EQ(found.size(), count);
  EXPECT_GE(slots.size(), count);
}

TEST(HazardSlots, AreAllFreeAfterAReset) {
  hazard_slots slots;
  const int object = 0;
  for (int i = 0; i != 20; ++i) slots.claim()->hazard.store(&object, release);
  const std::size_t size = slots.size();

  slots.reset();

  slots.for_each([](hazard_slot& slot) { EXPECT_EQ(slot.hazard.load(acquire), hazard_slot::free()); });
  for (std::size_t i = 0; i != size; ++i) slots.claim();
  EXPECT_EQ(slots.size(), size);
}

}  // namespace
}  // namespace reclaim::tests
