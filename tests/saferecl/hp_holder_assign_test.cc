// [saferecl.hp.holder.assign] hazard_pointer::operator=.

#include <gtest/gtest.h>

#include "tests/saferecl/objects.h"

namespace reclaim::tests {
namespace {

class HpHolderAssign : public Saferecl {
 protected:
  // Protects a new object that is retired already.
  static hazard_pointer protecting_one() {
    std::atomic<hp_node*> source{new hp_node(7)};
    hazard_pointer hp = make_hazard_pointer();
    hp.protect(source)->retire();
    return hp;
  }
};

TEST_F(HpHolderAssign, OfItselfHasNoEffect) {
  hazard_pointer hp = protecting_one();
  hazard_pointer& same = hp;
  hp = std::move(same);
  EXPECT_FALSE(hp.empty());
  EXPECT_EQ(living_after_drains(), 1u);

  hazard_pointer none;
  hazard_pointer& same_none = none;
  none = std::move(same_none);
  EXPECT_TRUE(none.empty());
}

TEST_F(HpHolderAssign, OfAFullOneToAnEmptyOneMovesTheProtection) {
  hazard_pointer from = protecting_one();
  hazard_pointer to;
  EXPECT_EQ(&(to = std::move(from)), &to);
  EXPECT_TRUE(from.empty());  // NOLINT: what it was moved from is what this is about
  EXPECT_FALSE(to.empty());
  EXPECT_EQ(living_after_drains(), 1u);
}

TEST_F(HpHolderAssign, OfAnEmptyOneToAFullOneEndsTheProtection) {
  hazard_pointer to = protecting_one();
  hazard_pointer from;
  to = std::move(from);
  EXPECT_TRUE(to.empty());
  EXPECT_TRUE(from.empty());  // NOLINT: as above
  EXPECT_EQ(living_after_drains(), 0u);
}

TEST_F(HpHolderAssign, OfAFullOneToAFullOneKeepsOneOfTheTwo) {
  hazard_pointer to = protecting_one();
  hazard_pointer from = protecting_one();
  EXPECT_EQ(living_after_drains(), 2u);
  to = std::move(from);
  EXPECT_TRUE(from.empty());  // NOLINT: as above
  EXPECT_EQ(living_after_drains(), 1u);
  to.reset_protection();
  EXPECT_EQ(living_after_drains(), 0u);
}

}  // namespace
}  // namespace reclaim::tests
