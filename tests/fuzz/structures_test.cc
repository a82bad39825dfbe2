// The kept inputs for the containers hold, and find a queue that loses a value.

#include <gtest/gtest.h>

#include <algorithm>
#include <csignal>

#include "tests/fuzz/corpus.h"
#include "tests/fuzz/faulty.h"
#include "tests/fuzz/structures.h"
#include "tests/support/child.h"

namespace reclaim::fuzz {
namespace {

TEST(StructuresCorpus, Holds) {
  const auto all = corpus_of("structures");
  ASSERT_GT(all.size(), 50u);

  for (const input& each : all) run_structures<containers>(each.data(), each.size());
}

// Whether some input, with `first` for its first byte, ends the process.
bool is_found(unsigned char first) {
  const auto all = corpus_of("structures");
  return std::any_of(all.begin(), all.end(), [&](input each) {
    if (each.empty()) return false;
    each[0] = first;
    return tests::in_child([&] { return run_structures<with_a_short_queue>(each.data(), each.size()), 0; }) == 128 + SIGABRT;
  });
}

TEST(StructuresCorpus, FindsALostValueOnOneThread) { EXPECT_TRUE(is_found(0)); }

TEST(StructuresCorpus, FindsALostValueOnTwoThreads) { EXPECT_TRUE(is_found(1)); }

}  // namespace
}  // namespace reclaim::fuzz
