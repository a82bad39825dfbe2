// When a participant collects, and how fast it ends what is waiting.

#include "reclaim/core/participant_base.h"

#include <gtest/gtest.h>

#include <chrono>
#include <cstddef>
#include <limits>
#include <vector>

namespace reclaim::tests {
namespace {

using std::chrono::microseconds;
using std::chrono::nanoseconds;
using std::chrono::seconds;

constexpr std::size_t weight_of_one = 10;
constexpr ending ends_never{[](retired*, const ending&) noexcept {}, false, footprint{(weight_of_one - 1) * footprint::bytes_a_weight}};

struct waiting {
  explicit waiting(std::size_t count) : objects(count) {
    for (retired& r : objects) mark_retired(&r, &ends_never);
  }
  void wait_in(retired_list& list) {
    for (retired& r : objects) list.push(&r);
  }
  std::vector<retired> objects;
};

constexpr domain_options options{.objects_per_collect = 100, .collect_period = seconds(10)};
constexpr std::size_t longest = 1600;  // of its intervals

struct ParticipantBase : testing::Test {
  ParticipantBase() { p.start_over(options, options.objects_per_collect); }

  // The participant collects after it retired `weight` in `passed`.
  void collect(nanoseconds passed, std::size_t weight, const domain_options& by = options) {
    const nanoseconds began = sync::now();
    p.collected_at = began - passed;
    p.schedule(by, began, weight);
  }

  participant_base p;
};

TEST_F(ParticipantBase, CollectsAfterObjectsPerCollectWhereTheyComeSlowly) {
  for (int i = 0; i != 3; ++i) collect(seconds(20), 100);

  EXPECT_EQ(p.collect_at, 100u);
}

TEST_F(ParticipantBase, CollectsAfterTwiceAsManyEachTimeWhereTheyComeFast) {
  collect(seconds(1), 100);
  EXPECT_EQ(p.collect_at, 200u);

  collect(seconds(1), 200);
  EXPECT_EQ(p.collect_at, 400u);
}

TEST_F(ParticipantBase, CollectsAfterSixteenTimesAsManyAtMost) {
  for (int i = 0; i != 9; ++i) collect(microseconds(1), 100);

  EXPECT_EQ(p.collect_at, longest);
  EXPECT_EQ(options.most_per_collect(), longest);
}

TEST_F(ParticipantBase, CollectsByTheObjectsAloneWithoutAPeriod) {
  constexpr domain_options by_objects{.objects_per_collect = 100, .collect_period = nanoseconds(0)};

  for (int i = 0; i != 9; ++i) collect(microseconds(1), 100, by_objects);

  EXPECT_EQ(p.collect_at, 100u);
  EXPECT_EQ(by_objects.most_per_collect(), 100u);
}

TEST_F(ParticipantBase, GoesBackWhereTheyComeSlowlyTwice) {
  collect(seconds(1), 100);
  collect(seconds(1), 200);
  ASSERT_EQ(p.collect_at, 400u);

  collect(seconds(100), 400);
  EXPECT_EQ(p.collect_at, 400u);

  collect(seconds(100), 400);
  EXPECT_EQ(p.collect_at, 200u);
}

TEST_F(ParticipantBase, CollectsLaterWhereCollectsAreDear) {
  constexpr domain_options no_period{.objects_per_collect = 100, .collect_period = nanoseconds(1)};
  const nanoseconds began = sync::now() - seconds(1);
  p.collected_at = began - seconds(10);  // so that the collect took a tenth of the time between

  p.schedule(no_period, began, 100);

  EXPECT_EQ(p.collect_at, 200u);
}

TEST_F(ParticipantBase, LooksAgainSoonWhereItWasHeldUp) {
  collect(seconds(1), 100);
  p.looks_again_soon = true;
  collect(seconds(1), 200);

  EXPECT_EQ(p.collect_at, 4u);

  p.looks_again_soon = false;
  collect(seconds(20), 100);
  EXPECT_EQ(p.collect_at, 4u) << "who was held up will be held up again";

  collect(seconds(20), 100);
  EXPECT_EQ(p.collect_at, 100u);
}

TEST_F(ParticipantBase, CountsWhatAnEarlierCollectFoundHeldOnTop) {
  waiting held(3);
  held.wait_in(p.open);

  collect(seconds(20), 100);
  waiting found_held(1);
  p.put_back(found_held.objects.data());

  EXPECT_EQ(p.collect_at, 140u);
  EXPECT_EQ(p.kept, 40u);
  EXPECT_EQ(p.open.weight(), 40u);
}

TEST_F(ParticipantBase, EndsOneForOneWhileLittleIsWaiting) {
  waiting expired(2 * longest / weight_of_one - 1);
  expired.wait_in(p.expired);

  collect(seconds(20), 100);

  EXPECT_EQ(p.ends_a_retire, 1u);
}

TEST_F(ParticipantBase, EndsMoreTheMoreIsWaiting) {
  waiting expired(5 * longest / weight_of_one);
  expired.wait_in(p.expired);

  collect(seconds(20), 100);

  EXPECT_EQ(p.ends_a_retire, 3u);
}

}  // namespace
}  // namespace reclaim::tests
