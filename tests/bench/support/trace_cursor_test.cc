#include "bench/support/trace_cursor.h"

#include <gtest/gtest.h>

#include <atomic>
#include <vector>

#include "tests/support/threads.h"

namespace reclaim::bench {
namespace {

TEST(TraceCursor, HandsOutOnePassWhenItIsClosedFromTheStart) {
  trace_cursor cursor(1'000);
  cursor.close();
  std::size_t expected = 0;

  for (auto share = cursor.take(); !share.empty(); share = cursor.take()) {
    EXPECT_EQ(share.begin, expected);
    EXPECT_EQ(share.taken, expected);
    expected = share.end;
  }

  EXPECT_EQ(expected, 1'000u);
  EXPECT_EQ(cursor.taken(), 1'000u);
}

TEST(TraceCursor, RepeatsUntilItIsClosedAndEndsThePass) {
  trace_cursor cursor(10);

  for (int i = 0; i != 5; ++i) EXPECT_EQ(cursor.take().end, 10u);
  cursor.close();

  EXPECT_TRUE(cursor.take().empty());
  EXPECT_EQ(cursor.taken(), 50u);
}

TEST(TraceCursor, HandsOutAsManyPassesAsWereAskedForThoughClosed) {
  trace_cursor cursor(10, 3);
  cursor.close();

  for (int i = 0; i != 3; ++i) EXPECT_EQ(cursor.take().end, 10u);

  EXPECT_TRUE(cursor.take().empty());
  EXPECT_EQ(cursor.taken(), 30u);
}

TEST(TraceCursor, ClosedWithinAPassEndsIt) {
  trace_cursor cursor(300);

  const auto first = cursor.take();
  cursor.close();
  const auto second = cursor.take();

  EXPECT_EQ(second.begin, first.end);
  EXPECT_EQ(second.end, 300u);
  EXPECT_TRUE(cursor.take().empty());
}

TEST(TraceCursor, GivesEachOperationOfAPassToOneThread) {
  constexpr std::size_t length = 10'007;
  trace_cursor cursor(length);
  std::vector<std::atomic<int>> taken(length);

  tests::run_threads(4, [&](std::size_t thread) {
    for (auto share = cursor.take(); !share.empty(); share = cursor.take()) {
      if (thread == 0 && share.taken > 5 * length) cursor.close();
      if (thread != 0 && share.taken > 50 * length) cursor.close();
      for (std::size_t i = share.begin; i != share.end; ++i) taken[i].fetch_add(1);
    }
  });

  const int passes = taken[0].load();
  EXPECT_GE(passes, 5);
  for (const auto& t : taken) ASSERT_EQ(t.load(), passes);
  EXPECT_EQ(cursor.taken(), static_cast<std::size_t>(passes) * length);
}

}  // namespace
}  // namespace reclaim::bench
