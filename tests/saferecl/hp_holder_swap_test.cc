// [saferecl.hp.holder.mem], [saferecl.hp.holder.nonmem] swap of hazard pointers.

#include <gtest/gtest.h>

#include "tests/saferecl/objects.h"

namespace reclaim::tests {
namespace {

struct member {
  static void exchange(hazard_pointer& a, hazard_pointer& b) { a.swap(b); }
};
struct non_member {
  static void exchange(hazard_pointer& a, hazard_pointer& b) { swap(a, b); }
};

template <class Way>
class HpHolderSwap : public Saferecl {};
using ways = testing::Types<member, non_member>;
TYPED_TEST_SUITE(HpHolderSwap, ways);

TYPED_TEST(HpHolderSwap, EndsNoProtection) {
  auto* const first = new hp_node(1);
  auto* const second = new hp_node(2);
  hazard_pointer a = make_hazard_pointer();
  hazard_pointer b = make_hazard_pointer();
  a.reset_protection(first);
  b.reset_protection(second);
  first->retire();
  second->retire();

  TypeParam::exchange(a, b);

  EXPECT_EQ(this->living_after_drains(), 2u);
  a.reset_protection();
  EXPECT_EQ(this->living_after_drains(), 1u);
  EXPECT_EQ(first->value.value(), 1u);
  b.reset_protection();
  EXPECT_EQ(this->living_after_drains(), 0u);
}

TYPED_TEST(HpHolderSwap, WithAnEmptyOneMovesTheProtection) {
  auto* const n = new hp_node;
  hazard_pointer a = make_hazard_pointer();
  hazard_pointer b;
  a.reset_protection(n);
  n->retire();

  TypeParam::exchange(a, b);
  EXPECT_TRUE(a.empty());
  EXPECT_FALSE(b.empty());
  EXPECT_EQ(this->living_after_drains(), 1u);
  TypeParam::exchange(a, b);
  EXPECT_FALSE(a.empty());
  EXPECT_TRUE(b.empty());
  EXPECT_EQ(this->living_after_drains(), 1u);
}

TYPED_TEST(HpHolderSwap, WithItselfHasNoEffect) {
  auto* const n = new hp_node;
  hazard_pointer a = make_hazard_pointer();
  a.reset_protection(n);
  n->retire();
  TypeParam::exchange(a, a);
  EXPECT_EQ(this->living_after_drains(), 1u);
  hazard_pointer none;
  TypeParam::exchange(none, none);
  EXPECT_TRUE(none.empty());
}

}  // namespace
}  // namespace reclaim::tests
