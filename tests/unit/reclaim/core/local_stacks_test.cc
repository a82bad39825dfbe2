#include "reclaim/core/local_stacks.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <vector>

#include "reclaim/sync/sync.h"
#include "tests/support/threads.h"

namespace reclaim::tests {
namespace {

using std::chrono_literals::operator""ms;

struct element {
  sync::stacked link;
  std::atomic<int> holders{0};
};

element& of(sync::stacked* s) { return *reinterpret_cast<element*>(s); }

// From every processor, as this thread cannot choose one.
std::size_t take_all(local_stacks& stacks) {
  std::size_t count = 0;
  stacks.take_all([&](sync::stacked*) { ++count; });
  return count;
}

TEST(LocalStacks, GiveBackWhatWasPut) {
  local_stacks stacks;
  element elements[3];
  EXPECT_EQ(stacks.pop(), nullptr);

  for (element& e : elements) ASSERT_TRUE(stacks.push(&e.link, 8));

  EXPECT_EQ(stacks.count(), 3u);
  EXPECT_EQ(take_all(stacks), 3u);
  EXPECT_EQ(stacks.count(), 0u);
  EXPECT_EQ(stacks.pop(), nullptr);
}

TEST(LocalStacks, TakeNoMoreThanAsked) {
  local_stacks stacks;
  std::vector<element> elements(100 * sync::count_stacks());

  std::size_t taken = 0;
  for (element& e : elements) taken += stacks.push(&e.link, 5) ? 1 : 0;

  EXPECT_GE(taken, 5u);
  EXPECT_LE(taken, 5 * sync::count_stacks());
  EXPECT_EQ(stacks.count(), taken);
}

TEST(LocalStacks, AreClosedForGood) {
  local_stacks stacks;
  element elements[2];
  ASSERT_TRUE(stacks.push(&elements[0].link, 8));

  std::size_t found = 0;
  ASSERT_TRUE(stacks.close([&](sync::stacked* s) { found += s == &elements[0].link ? 1 : 0; }));

  EXPECT_EQ(found, 1u);
  EXPECT_FALSE(stacks.push(&elements[1].link, 8));
  EXPECT_EQ(stacks.pop(), nullptr);
}

// More threads than processors pass elements on, one of them sweeps: an element is in one hand, and none is lost.
TEST(LocalStacks, HaveEachElementInOneHand) {
  constexpr std::size_t threads = 6;
  local_stacks stacks;
  std::vector<element> elements(64);
  for (element& e : elements) ASSERT_TRUE(stacks.push(&e.link, 1000));
  std::atomic<bool> goes_on{true};
  std::atomic<std::size_t> in_hands{0};

  run_disturbed_threads(threads, [&](std::size_t thread) {
    std::vector<sync::stacked*> mine;
    const time_budget budget(200ms);
    while (goes_on.load(std::memory_order_relaxed)) {
      if (budget.is_over()) goes_on = false;
      if (thread == 0) {
        stacks.take_all([&](sync::stacked* s) { mine.push_back(s); });
      } else if (sync::stacked* const s = stacks.pop()) {
        mine.push_back(s);
      }
      for (sync::stacked* s : mine) EXPECT_EQ(of(s).holders.fetch_add(1, std::memory_order_relaxed), 0);
      for (sync::stacked* s : mine) of(s).holders.fetch_sub(1, std::memory_order_relaxed);
      while (!mine.empty() && stacks.push(mine.back(), 1000)) mine.pop_back();
    }
    in_hands += mine.size();
  });

  EXPECT_EQ(take_all(stacks) + in_hands, elements.size());
}

}  // namespace
}  // namespace reclaim::tests
