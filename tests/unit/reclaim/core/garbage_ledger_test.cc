// What participants tell, what they are granted, and the most that there was.

#include "reclaim/core/garbage_ledger.h"

#include <gtest/gtest.h>

#include <cstddef>

namespace reclaim::tests {
namespace {

TEST(GarbageLedger, AddsWhatEachHasTold) {
  garbage_ledger ledger;
  ledger_entry a, b;

  EXPECT_EQ(ledger.tell(a, {10, 1000}), (garbage{10, 1000}));
  EXPECT_EQ(ledger.tell(b, {5, 50}), (garbage{15, 1050}));
  EXPECT_EQ(ledger.tell(a, {2, 200}), (garbage{7, 250}));
}

TEST(GarbageLedger, WhoEndsWhatOthersRetiredHasLessThanNothing) {
  garbage_ledger ledger;
  ledger_entry retirer, reclaimer;

  EXPECT_EQ(ledger.tell(reclaimer, {std::size_t(0) - 3, std::size_t(0) - 30}), (garbage{0, 0}));
  EXPECT_EQ(ledger.tell(retirer, {4, 40}), (garbage{1, 10}));
}

TEST(GarbageLedger, RemembersTheMost) {
  garbage_ledger ledger;
  ledger_entry a;
  ledger.tell(a, {10, 100});
  ledger.tell(a, {3, 300});

  EXPECT_EQ(ledger.peak(), (garbage{10, 300}));
}

// However they take turns, what they may retire before they ask again stays within what is left.
TEST(GarbageLedger, GrantsTogetherStayWithinTheLimit) {
  constexpr garbage_limit limit{.objects = 1000};
  garbage_ledger ledger;
  ledger_entry entries[4];
  std::size_t pending[4] = {};
  for (int turn = 0; turn != 1000; ++turn) {
    const std::size_t i = static_cast<std::size_t>(turn * 7 % 4);
    pending[i] += entries[i].granted;  // retires all that it may
    const garbage waits = ledger.tell(entries[i], {pending[i], 0});
    ledger.grant(entries[i], waits, limit, 4);
    std::size_t worst = 0;
    for (int k = 0; k != 4; ++k) worst += pending[k] + entries[k].granted;
    ASSERT_LE(worst, limit.objects) << "turn " << turn;
  }
  EXPECT_GT(pending[0] + pending[1] + pending[2] + pending[3], 900u);
}

TEST(GarbageLedger, GrantsByBytesAsByObjects) {
  garbage_ledger ledger;
  ledger_entry a;

  EXPECT_EQ(ledger.grant(a, {0, 0}, {.bytes = 256 * 100}, 1), 100u);
  EXPECT_EQ(ledger.grant(a, {0, 256 * 90}, {.objects = 1000, .bytes = 256 * 100}, 1), 10u);
  EXPECT_EQ(ledger.grant(a, {0, 256 * 100}, {.bytes = 256 * 100}, 1), 0u);
}

TEST(GarbageLedger, WhatIsGivenBackOthersMayHave) {
  garbage_ledger ledger;
  ledger_entry a, b;
  ledger.grant(a, {}, {.objects = 100}, 1);
  EXPECT_EQ(ledger.grant(b, {}, {.objects = 100}, 1), 0u);

  ledger.give_back(a);

  EXPECT_EQ(ledger.grant(b, {}, {.objects = 100}, 1), 100u);
}

}  // namespace
}  // namespace reclaim::tests
