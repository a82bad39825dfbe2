// The halves of a product of two words, folded, however the processor multiplies.

#include <gtest/gtest.h>

#include "reclaim/sync/sync.h"

namespace reclaim {
namespace {

// Worked out by arithmetic on integers without a limit.
TEST(FoldedProduct, XorsTheHalvesOfTheProduct) {
  EXPECT_EQ(sync::folded_product(0x0, 0x5), 0x0u);
  EXPECT_EQ(sync::folded_product(0x1, 0xffffffffffffffff), 0xffffffffffffffffu);
  EXPECT_EQ(sync::folded_product(0xffffffffffffffff, 0xffffffffffffffff), 0xffffffffffffffffu);
  EXPECT_EQ(sync::folded_product(0x100000000, 0x100000000), 0x1u);
  EXPECT_EQ(sync::folded_product(0xffffffff, 0xffffffff), 0xfffffffe00000001u);
  EXPECT_EQ(sync::folded_product(0x123456789abcdef0, 0xa0761d6478bd642f), 0xc9f7140509d26144u);
  EXPECT_EQ(sync::folded_product(0xfedcba9876543210, 0x8000000000000001), 0x81b2e7d44d7e2b18u);
}

}  // namespace
}  // namespace reclaim
