#include "bench/support/latency_histogram.h"

#include <gtest/gtest.h>

namespace reclaim::bench {
namespace {

TEST(LatencyHistogram, IsZeroWithoutRecords) { EXPECT_EQ(latency_histogram{}.at(0.99), 0u); }

TEST(LatencyHistogram, FindsQuantilesExactlyWhereBucketsAreSingle) {
  latency_histogram h;
  for (std::uint64_t ns = 1; ns <= 100; ++ns) h.record(ns);

  EXPECT_EQ(h.at(0.5), 50u);
  EXPECT_EQ(h.at(0.99), 99u);
  EXPECT_EQ(h.at(1), 100u);
}

TEST(LatencyHistogram, ErrsByLessThanTwoPerCent) {
  for (std::uint64_t ns = 1; ns < std::uint64_t{1} << 62; ns = ns * 5 / 3 + 1) {
    latency_histogram h;

    h.record(ns);

    EXPECT_LE(h.at(0.5), ns);
    EXPECT_GE(static_cast<double>(h.at(0.5)), static_cast<double>(ns) * 0.98);
  }
}

TEST(LatencyHistogram, TakesTheLongestLatency) {
  latency_histogram h;

  h.record(~std::uint64_t{0});

  EXPECT_EQ(h.count(), 1u);
  EXPECT_GT(h.at(1), ~std::uint64_t{0} / 100 * 98);
}

TEST(LatencyHistogram, Merges) {
  latency_histogram a;
  latency_histogram b;
  a.record(10);
  b.record(20);
  b.record(30);

  a.merge(b);

  EXPECT_EQ(a.count(), 3u);
  EXPECT_EQ(a.at(0.5), 20u);
}

}  // namespace
}  // namespace reclaim::bench
