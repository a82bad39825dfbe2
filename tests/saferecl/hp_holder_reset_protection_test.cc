// [saferecl.hp.holder.mem] hazard_pointer::reset_protection, to an object and to none.

#include <gtest/gtest.h>

#include "tests/saferecl/objects.h"

namespace reclaim::tests {
namespace {

using HpHolderResetProtection = Saferecl;

TEST_F(HpHolderResetProtection, ToAnObjectProtectsIt) {
  auto* const n = new hp_node(7);
  const both_node* const both = new both_node(8);
  hazard_pointer hp = make_hazard_pointer();
  hazard_pointer hp_of_both = make_hazard_pointer();
  hp.reset_protection(n);
  hp_of_both.reset_protection(both);
  n->retire();
  const_cast<both_node*>(both)->by_hazards::retire();
  EXPECT_EQ(living_after_drains(), 2u);

  hp_of_both.reset_protection();
  EXPECT_EQ(living_after_drains(), 1u);
  EXPECT_EQ(n->value.value(), 7u);
  hp.reset_protection();
  EXPECT_EQ(living_after_drains(), 0u);
}

TEST_F(HpHolderResetProtection, ToAnotherObjectEndsTheProtectionOfTheFirst) {
  auto* const first = new hp_node(1);
  auto* const second = new hp_node(2);
  hazard_pointer hp = make_hazard_pointer();
  hp.reset_protection(first);
  hp.reset_protection(second);
  first->retire();
  second->retire();
  EXPECT_EQ(living_after_drains(), 1u);
  EXPECT_EQ(second->value.value(), 2u);
}

// Of a type whose base is not where the object is: null stays null.
TEST_F(HpHolderResetProtection, ToANullPointerProtectsNothing) {
  hazard_pointer hp = make_hazard_pointer();
  for (int way = 0; way != 4; ++way) {
    auto* const n = new both_node;
    hp.reset_protection(n);
    n->by_hazards::retire();
    EXPECT_EQ(living_after_drains(), 1u);
    if (way == 0) hp.reset_protection();
    if (way == 1) hp.reset_protection(nullptr);
    if (way == 2) hp.reset_protection(static_cast<both_node*>(nullptr));
    if (way == 3) hp.reset_protection(static_cast<const both_node*>(nullptr));
    EXPECT_EQ(living_after_drains(), 0u);
    EXPECT_FALSE(hp.empty());
  }
}

TEST_F(HpHolderResetProtection, OfAnEmptyOneIsNoticed) {
  if (!sync::checks_enabled) GTEST_SKIP() << "NDEBUG";
  const hp_node n;
  hazard_pointer hp;
  EXPECT_DEATH(hp.reset_protection(&n), "^reclaim: hazard_pointer: it is empty, so it protects nothing\n$");
  EXPECT_DEATH(hp.reset_protection(), "^reclaim: hazard_pointer: it is empty, so it protects nothing\n$");
  EXPECT_DEATH(hp.reset_protection(nullptr), "^reclaim: hazard_pointer: it is empty, so it protects nothing\n$");
}

}  // namespace
}  // namespace reclaim::tests
