#include "bench/support/block.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <iterator>
#include <memory>

#include "tests/support/threads.h"

namespace reclaim::bench {
namespace {

TEST(Block, IsIntactAsLongAsItIsTheBlockThatWasAskedFor) {
  ledger blocks;
  const block b(7, 1, 3, blocks);

  EXPECT_TRUE(b.is_intact(7));
  EXPECT_FALSE(b.is_intact(8));
}

TEST(Block, IsNotIntactWhenAByteOfItsPayloadChanged) {
  ledger blocks;
  block b(7, 1, 3, blocks);

  reinterpret_cast<unsigned char*>(&b)[sizeof b - 100] ^= 1;

  EXPECT_FALSE(b.is_intact(7));
}

TEST(Block, IsIntactAfterARewrite) {
  ledger blocks;
  block b(7, 1, 3, blocks);

  b.rewrite(2);

  EXPECT_TRUE(b.is_intact(7));
  EXPECT_EQ(b.version(), 2u);
}

TEST(Block, BecomesAnother) {
  ledger blocks;
  block b(7, 1, 3, blocks);

  b.become(8, 2);

  EXPECT_TRUE(b.is_intact(8));
  EXPECT_EQ(b.slot(), 3u);
}

// Memory that keeps what was in it, as freed memory often does.
struct kept_memory {
  alignas(block) unsigned char bytes[sizeof(block)] = {};
};

TEST(Block, SpoilsItsChecksumWhenItEnds) {
  ledger blocks;
  kept_memory memory;
  block* const b = ::new (memory.bytes) block(7, 1, 3, blocks);
  const kept_memory before = memory;

  std::destroy_at(b);

  EXPECT_FALSE(std::equal(std::begin(before.bytes), std::end(before.bytes), memory.bytes));
}

TEST(Ledger, CountsBirthsAndEnds) {
  ledger blocks;
  {
    const block b(7, 1, 3, blocks);
    const block copy(b);

    EXPECT_TRUE(copy.is_intact(7));
    EXPECT_EQ(blocks.births(), 2u);
    EXPECT_EQ(blocks.ends(), 0u);
  }
  EXPECT_EQ(blocks.ends(), 2u);
}

TEST(Ledger, CountsForManyThreads) {
  ledger blocks;

  tests::run_threads(4, [&](std::size_t) {
    sync::register_thread();
    for (int i = 0; i != 10'000; ++i) blocks.count_birth();
  });

  EXPECT_EQ(blocks.births(), 40'000u);
}

}  // namespace
}  // namespace reclaim::bench
