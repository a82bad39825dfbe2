// [saferecl.hp.holder.mem] hazard_pointer::empty.

#include <gtest/gtest.h>

#include "tests/saferecl/objects.h"

namespace reclaim::tests {
namespace {

using HpHolderEmpty = Saferecl;

TEST_F(HpHolderEmpty, IsOneThatOwnsNone) {
  hazard_pointer hp;
  EXPECT_TRUE(hp.empty());
  hp = make_hazard_pointer();
  EXPECT_FALSE(hp.empty());
  hp = hazard_pointer();
  EXPECT_TRUE(hp.empty());
}

// To protect nothing is not to own none.
TEST_F(HpHolderEmpty, IsNotOneThatProtectsNothing) {
  hp_node n;
  hazard_pointer hp = make_hazard_pointer();
  hp.reset_protection(&n);
  EXPECT_FALSE(hp.empty());
  hp.reset_protection();
  EXPECT_FALSE(hp.empty());
}

}  // namespace
}  // namespace reclaim::tests
