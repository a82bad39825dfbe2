#include "tests/linearizability/sequences.h"

#include <gtest/gtest.h>

#include "tests/linearizability/specifications.h"
#include "tests/support/threads.h"

namespace reclaim::linearizability {
namespace {

using tests::random_stream;

operation put(std::uint64_t value, std::int64_t began, std::int64_t ended) { return {verb::put, 0, 0, value, 0, began, ended}; }
operation take(std::uint64_t value, std::int64_t began, std::int64_t ended) { return {verb::take, 1, 0, 0, value, began, ended}; }

// What one thread did, each operation widened at both ends; at times two of the answers change places.
template <class Spec>
history random_history(random_stream& random) {
  history all;
  std::vector<std::uint64_t> inside;
  const std::uint64_t length = 2 + random.below(9);
  const std::uint64_t width = 1 + random.below(18);
  for (std::uint64_t i = 0; i != length; ++i) {
    const auto at = static_cast<std::int64_t>(3 * i);  // so that ends often meet
    operation o = random.below(2) == 0 ? put(i + 1, at, at) : take(0, at, at);
    if (o.what == verb::put) {
      inside.push_back(o.argument);
    } else if (!inside.empty()) {
      const auto next = std::is_same_v<Spec, queue_spec> ? inside.begin() : inside.end() - 1;
      o.result = *next;
      inside.erase(next);
    }
    o.began -= static_cast<std::int64_t>(random.below(width));
    o.ended += static_cast<std::int64_t>(random.below(width));
    all.push_back(o);
  }
  operation& a = all[random.below(length)];
  operation& b = all[random.below(length)];
  if (random.below(2) == 0 && a.what == verb::take && b.what == verb::take) std::swap(a.result, b.result);
  if (random.below(4) == 0 && a.what == verb::take) a.result = random.below(length + 1);
  return all;
}

// Counts, of `n` random histories, those that are linearizable; each is judged as the search judges it.
template <class Spec>
int compare(int n, verdict (*judge_at_once)(const history&)) {
  random_stream random(tests::seed());
  int linearizable = 0;
  for (int i = 0; i != n; ++i) {
    const history all = random_history<Spec>(random);
    const verdict expected = judge<Spec>(all);
    EXPECT_EQ(judge_at_once(all), expected) << "history " << i;
    linearizable += expected == verdict::linearizable ? 1 : 0;
  }
  return linearizable;
}

TEST(Sequences, AreJudgedAsASearchJudgesThem) {
  for (const int linearizable : {compare<queue_spec>(30'000, judge_queue), compare<stack_spec>(30'000, judge_stack)}) {
    EXPECT_GT(linearizable, 3'000);
    EXPECT_LT(linearizable, 27'000);
  }
}

TEST(Sequences, AreJudgedWhereASearchGivesUp) {
  history many;
  for (std::uint64_t i = 1; i != 31; ++i) many.push_back(put(i, 0, 100));
  for (std::uint64_t i = 1; i != 31; ++i) {
    const auto at = static_cast<std::int64_t>(100 + 2 * i);
    many.push_back(take(i, at, at + 1));
  }
  EXPECT_EQ(judge_queue(many), verdict::linearizable);
  EXPECT_EQ(judge_stack(many), verdict::linearizable);
  many.push_back(take(1, 200, 201));
  EXPECT_EQ(judge_queue(many), verdict::wrong);
  EXPECT_EQ(judge_stack(many), verdict::wrong);
}

TEST(Sequences, AreNotFoundEmptyWhileValuesRelieveEachOther) {
  const history relieved{put(1, 0, 1), put(2, 2, 4), take(1, 5, 7), put(3, 6, 8), take(0, 3, 9), take(2, 9, 10), take(3, 11, 12)};
  EXPECT_EQ(judge_queue(relieved), verdict::wrong);
  EXPECT_EQ(judge_queue({put(1, 0, 1), take(1, 2, 4), put(2, 3, 5), take(0, 2, 6)}), verdict::linearizable);
  EXPECT_EQ(judge_queue({put(1, 0, 1), take(0, 2, 3)}), verdict::wrong);
}

TEST(Sequences, HoldWhatWasPutAndNothingElse) {
  EXPECT_EQ(judge_queue({take(1, 0, 1)}), verdict::wrong);
  EXPECT_EQ(judge_queue({take(1, 0, 1), put(1, 2, 3)}), verdict::wrong);
  EXPECT_EQ(judge_queue({put(1, 0, 1), take(1, 2, 3), take(1, 2, 3)}), verdict::wrong);
  EXPECT_THROW(judge_queue({put(1, 0, 1), put(1, 2, 3)}), std::invalid_argument);
}

TEST(Sequences, ComeInTheirOrder) {
  EXPECT_EQ(judge_queue({put(1, 0, 1), put(2, 2, 3), take(2, 4, 5)}), verdict::wrong);
  EXPECT_EQ(judge_stack({put(1, 0, 1), put(2, 2, 3), take(1, 4, 5)}), verdict::wrong);
  EXPECT_EQ(judge_stack({put(1, 0, 1), put(2, 2, 3), take(1, 4, 7), take(2, 5, 6)}), verdict::linearizable);
  EXPECT_EQ(judge_stack({put(1, 0, 1), take(1, 2, 3), put(2, 4, 5), take(2, 6, 7)}), verdict::linearizable);
  EXPECT_EQ(judge_stack({put(1, 0, 1), put(2, 8, 10), take(1, 10, 12), take(2, 20, 21)}), verdict::linearizable);  // they touch
}

}  // namespace
}  // namespace reclaim::linearizability
