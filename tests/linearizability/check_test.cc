#include "tests/linearizability/check.h"

#include <gtest/gtest.h>

#include "tests/linearizability/specifications.h"

namespace reclaim::linearizability {
namespace {

template <class Spec>
bool is_linearizable(const history& all) {
  return judge<Spec>(all) == verdict::linearizable;
}

operation put(std::uint64_t value, std::int64_t began, std::int64_t ended) { return {verb::put, 0, 0, value, 0, began, ended}; }
operation take(std::uint64_t value, std::int64_t began, std::int64_t ended) { return {verb::take, 1, 0, 0, value, began, ended}; }
operation on(std::uint64_t key, verb what, std::uint64_t argument, std::uint64_t result, std::int64_t began, std::int64_t ended) {
  return {what, 0, key, argument, result, began, ended};
}

TEST(Linearizable, IsTheEmptyHistory) { EXPECT_TRUE(is_linearizable<queue_spec>({})); }

TEST(Linearizable, IsWhatOneThreadDid) {
  EXPECT_TRUE(is_linearizable<queue_spec>({put(1, 0, 1), put(2, 2, 3), take(1, 4, 5), take(2, 6, 7), take(0, 8, 9)}));
  EXPECT_TRUE(is_linearizable<stack_spec>({put(1, 0, 1), put(2, 2, 3), take(2, 4, 5), take(1, 6, 7), take(0, 8, 9)}));
}

TEST(Linearizable, IsNotAnotherOrder) {
  EXPECT_FALSE(is_linearizable<queue_spec>({put(1, 0, 1), put(2, 2, 3), take(2, 4, 5)}));
  EXPECT_FALSE(is_linearizable<stack_spec>({put(1, 0, 1), put(2, 2, 3), take(1, 4, 5)}));
}

TEST(Linearizable, MayChooseAmongWhatOverlaps) {
  EXPECT_TRUE(is_linearizable<queue_spec>({put(1, 0, 3), put(2, 1, 2), take(2, 4, 5), take(1, 6, 7)}));
  EXPECT_TRUE(is_linearizable<queue_spec>({put(1, 0, 9), take(0, 1, 2), take(1, 3, 4)}));
  EXPECT_FALSE(is_linearizable<queue_spec>({put(1, 0, 9), take(1, 1, 2), take(0, 3, 4), take(1, 5, 6)}));
}

TEST(Linearizable, IsNoAnswerFromThePast) {
  EXPECT_FALSE(is_linearizable<queue_spec>({put(1, 0, 1), take(0, 2, 3)}));
  EXPECT_TRUE(is_linearizable<queue_spec>({put(1, 0, 2), take(0, 2, 3)}));  // they touch, so either may be first
}

TEST(Linearizable, IsAnElementOnce) {
  EXPECT_FALSE(is_linearizable<queue_spec>({put(1, 0, 1), take(1, 2, 5), take(1, 3, 4)}));
  EXPECT_FALSE(is_linearizable<queue_spec>({take(1, 0, 1)}));
}

TEST(Linearizable, IsAnEntryOfAMap) {
  EXPECT_TRUE(is_linearizable<entry_spec>({on(1, verb::insert, 7, 1, 0, 3), on(1, verb::insert, 8, 0, 1, 2),
                                           on(1, verb::get, 0, 7, 4, 5)}));
  EXPECT_FALSE(is_linearizable<entry_spec>({on(1, verb::insert, 7, 1, 0, 3), on(1, verb::insert, 8, 1, 1, 2)}));
  EXPECT_FALSE(is_linearizable<entry_spec>({on(1, verb::assign, 7, 1, 0, 1), on(1, verb::assign, 8, 0, 2, 3),
                                            on(1, verb::get, 0, 7, 4, 5)}));
  EXPECT_FALSE(is_linearizable<entry_spec>({on(1, verb::erase, 0, 1, 0, 1)}));
}

TEST(Linearizable, IsAKeyOfASlabGivenOutOnce) {
  EXPECT_TRUE(is_linearizable<slab_spec>({on(1, verb::insert, 7, 1, 0, 9), on(1, verb::get, 0, 7, 1, 2),
                                          on(1, verb::erase, 0, 1, 3, 4), on(1, verb::get, 0, 0, 5, 6)}));
  EXPECT_FALSE(is_linearizable<slab_spec>({on(1, verb::insert, 7, 1, 0, 1), on(1, verb::erase, 0, 1, 2, 3),
                                           on(1, verb::insert, 8, 1, 4, 5)}));
  EXPECT_FALSE(is_linearizable<slab_spec>({on(1, verb::insert, 7, 1, 0, 1), on(1, verb::erase, 0, 1, 2, 3),
                                           on(1, verb::get, 0, 7, 4, 5)}));
}

TEST(Linearizable, KnowsKeysApart) {
  const history both{on(1, verb::insert, 7, 1, 0, 1), on(2, verb::get, 0, 0, 2, 3), on(1, verb::get, 0, 7, 4, 5)};
  ASSERT_EQ(by_key(both).size(), 2u);
  EXPECT_TRUE(is_linearizable<entry_spec>(by_key(both)[0]));
  EXPECT_TRUE(is_linearizable<entry_spec>(by_key(both)[1]));
}

TEST(Linearizable, IsAskedOfAsManyOperationsAsItCanHold) {
  history most;
  for (std::int64_t i = 0; i != 64; ++i) most.push_back(put(1, 0, 1));
  EXPECT_TRUE(is_linearizable<queue_spec>(most));
  most.push_back(put(1, 0, 1));
  EXPECT_THROW(judge<queue_spec>(most), std::invalid_argument);
}

TEST(Linearizable, IsUndecidedWhereTooMuchIsToBeTried) {
  history many;
  for (std::uint64_t i = 1; i != 13; ++i) many.push_back(put(i, 0, 100));
  for (std::uint64_t i = 1; i != 12; ++i) many.push_back(take(i, 100 + 2 * static_cast<std::int64_t>(i), 101 + 2 * static_cast<std::int64_t>(i)));
  many.push_back(take(1, 200, 201));
  EXPECT_EQ(linearization<queue_spec>(many).find(1000), verdict::undecided);
}

TEST(Linearizable, CountsWhatOverlaps) {
  EXPECT_EQ(overlapping({put(1, 0, 2), take(0, 1, 3), put(2, 4, 5)}), 2u);
  EXPECT_EQ(overlapping({put(1, 0, 1), take(1, 2, 3)}), 0u);
}

}  // namespace
}  // namespace reclaim::linearizability
