#include "bench/support/run.h"

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <string>

#include "bench/support/block_cache.h"
#include "bench/support/locked_cache.h"
#include "bench/support/tbb_cache.h"
#include "bench/support/zipf.h"
#include "reclaim/schemes.h"
#include "tests/bench/mutants.h"

namespace reclaim::bench {
namespace {

template <class List>
struct caches_over;

template <template <class...> class List, class... Domains>
struct caches_over<List<Domains...>> {
  using type = testing::Types<block_cache<Domains>..., locked_cache, tbb_cache>;
};

using caches = caches_over<all_domains>::type;

template <class Cache>
run_result run_of(const trace& input, std::size_t threads, std::size_t capacity, std::chrono::milliseconds stall = {}) {
  run_progress progress;
  return std::make_unique<run<Cache>>(run_options{&input, threads, capacity, stall}, progress)->result();
}

template <class Cache>
struct Run : testing::Test {};
TYPED_TEST_SUITE(Run, caches);

TYPED_TEST(Run, FindsNothingWrong) {
  const trace input = zipf_trace(40'000, 2'000, 0.9, 0.3);

  const run_result r = run_of<TypeParam>(input, 4, 500);

  EXPECT_EQ(r.checksum_mismatches, 0u);
  EXPECT_EQ(r.lost, 0u);
  EXPECT_EQ(r.unended, 0);
  EXPECT_GT(r.mops, 0);
  EXPECT_GT(r.hit_rate, 0.2);
  EXPECT_LT(r.hit_rate, 0.95);
}

TYPED_TEST(Run, LivesWithFewerBlocksThanThreads) {
  const trace input = zipf_trace(4'000, 50, 0.9, 0.5);

  const run_result r = run_of<TypeParam>(input, 4, 1);

  EXPECT_EQ(r.checksum_mismatches, 0u);
  EXPECT_EQ(r.lost, 0u);
  EXPECT_EQ(r.unended, 0);
}

TYPED_TEST(Run, HitsAlwaysWhereEverythingFits) {
  const trace input = zipf_trace(20'000, 100, 0.9, 0.0);

  const run_result r = run_of<TypeParam>(input, 1, 1'000'000'000);

  EXPECT_DOUBLE_EQ(r.hit_rate, 1 - static_cast<double>(input.distinct_keys) / 20'000);
}

TYPED_TEST(Run, RepeatsTheTraceWhileAReaderStalls) {
  const trace input = zipf_trace(2'000, 200, 0.9, 0.3);

  const run_result r = run_of<TypeParam>(input, 2, 50, std::chrono::milliseconds(100));

  EXPECT_GE(r.stall_end_ms - r.stall_begin_ms, 100);
  if (r.in_the_way) {
    EXPECT_GE(r.in_the_way->ms, 50);
  }
  EXPECT_EQ(r.checksum_mismatches, 0u);
  EXPECT_EQ(r.lost, 0u);
  EXPECT_EQ(r.unended, 0);
}

template <class Cache>
struct RunOverDomain : testing::Test {};

struct over_domain_names {
  template <class Domain>
  static std::string GetName(int) {
    return Domain::name;
  }
};

template <class List>
struct types_of;
template <template <class...> class List, class... Domains>
struct types_of<List<Domains...>> {
  using type = testing::Types<Domains...>;
};
TYPED_TEST_SUITE(RunOverDomain, types_of<all_domains>::type, over_domain_names);

TYPED_TEST(RunOverDomain, CountsWhatWasRetiredAndReclaimed) {
  const trace input = zipf_trace(40'000, 2'000, 0.9, 0.3);

  const run_result r = run_of<block_cache<TypeParam>>(input, 2, 500);

  ASSERT_TRUE(r.retired && r.reclaimed && r.peak_unreclaimed_objects && r.peak_unreclaimed_bytes);
  EXPECT_GE(*r.retired, input.writes / 2);
  const bool is_leaky = std::string(TypeParam::name) == "leaky";
  EXPECT_EQ(*r.reclaimed, is_leaky ? 0 : *r.retired);
  EXPECT_LE(*r.peak_unreclaimed_objects, *r.retired);
  EXPECT_GE(*r.peak_unreclaimed_objects, is_leaky ? *r.retired : 0);
  EXPECT_EQ(*r.peak_unreclaimed_bytes, *r.peak_unreclaimed_objects * block_cache<TypeParam>::bytes_an_object());
  EXPECT_GE(block_cache<TypeParam>::bytes_an_object(), sizeof(block));
}

TEST(RunOverHazards, KeepsTheGarbageBoundedWhileAReaderStalls) {
  const trace input = zipf_trace(20'000, 2'000, 0.9, 0.5);

  const run_result r = run_of<block_cache<hazard_domain>>(input, 2, 100, std::chrono::milliseconds(300));

  EXPECT_LE(*r.peak_unreclaimed_objects, hazard_domain().garbage_bound(5));
  EXPECT_GE(*r.bound_objects, hazard_domain().garbage_bound(5));
}

TEST(RunOverEpochs, ShowsTheGarbageGrowWhileAReaderStalls) {
  const trace input = zipf_trace(20'000, 2'000, 0.9, 0.5);

  const run_result r = run_of<block_cache<epoch_domain>>(input, 2, 100, std::chrono::milliseconds(300));

  std::size_t retired_after = 0;
  for (const sample& s : r.timeline) {
    if (s.ms < r.stall_end_ms) retired_after = s.objects;
  }
  EXPECT_GE(retired_after, *r.peak_unreclaimed_objects / 2) << "the peak is at the end of the stall";
  EXPECT_EQ(*r.reclaimed, *r.retired) << "all of it ends when the reader goes on";
}

TEST(RunOverMutants, FindsBlocksThatNeverEnd) {
  const trace input = zipf_trace(2'000, 200, 0.9, 0.3);

  const run_result r = run_of<block_cache<hoarding_domain>>(input, 1, 50);

  EXPECT_EQ(r.unended, static_cast<std::int64_t>(hoarding_domain::hoarded()));
  EXPECT_GT(r.unended, 0);
  EXPECT_EQ(r.lost, 0u);
}

TEST(RunOverMutants, FindsLostInsertions) {
  const trace input = zipf_trace(2'000, 200, 0.9, 0.3);

  const run_result r = run_of<block_cache<epoch_domain, forgetful_map>>(input, 1, 50);

  EXPECT_GT(r.lost, 0u);
  EXPECT_EQ(r.unended, 0);
}

TEST(RunOverMutants, FindsVersionsThatChangeUnderAReader) {
  const trace input = zipf_trace(2'000, 200, 0.9, 0.3);

  const run_result r = run_of<disturbed_cache>(input, 1, 50);

  EXPECT_GT(r.checksum_mismatches, 0u);
  EXPECT_EQ(r.lost, 0u);
  EXPECT_EQ(r.unended, 0);
}

}  // namespace
}  // namespace reclaim::bench
