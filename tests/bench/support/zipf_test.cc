#include "bench/support/zipf.h"

#include <gtest/gtest.h>

#include <vector>

namespace reclaim::bench {
namespace {

TEST(Zipf, DrawsEachRankAsOftenAsItsPowerSays) {
  constexpr std::size_t draws = 1'000'000;
  const zipf ranks(10, 0.9);
  random_stream random(1);
  std::vector<double> seen(11);

  for (std::size_t i = 0; i != draws; ++i) seen[ranks.next(random)] += 1;

  double all = 0;
  for (int k = 1; k <= 10; ++k) all += std::pow(k, -0.9);
  EXPECT_EQ(seen[0], 0);
  for (int k = 1; k <= 10; ++k) EXPECT_NEAR(seen[static_cast<std::size_t>(k)] / draws, std::pow(k, -0.9) / all, 0.003) << "rank " << k;
}

TEST(Zipf, DrawsFromOneRank) {
  const zipf ranks(1, 0.5);
  random_stream random(1);

  EXPECT_EQ(ranks.next(random), 1u);
}

TEST(ZipfTrace, IsTheSameEachTime) {
  const trace a = zipf_trace(10'000, 1'000);
  const trace b = zipf_trace(10'000, 1'000);

  EXPECT_EQ(a.operations, b.operations);
}

TEST(ZipfTrace, HasTheKeysAndWritesThatItWasAskedFor) {
  const trace t = zipf_trace(100'000, 1'000, 0.9, 0.2);

  EXPECT_EQ(t.operations.size(), 100'000u);
  EXPECT_GT(t.distinct_keys, 990u);
  EXPECT_LE(t.distinct_keys, 1'000u);
  EXPECT_NEAR(static_cast<double>(t.writes), 20'000, 600);
}

}  // namespace
}  // namespace reclaim::bench
