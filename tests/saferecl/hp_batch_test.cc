// [saferecl.hp.holder.nonmem] make_hazard_pointer_batch and clear_hazard_pointer_batch.

#include <gtest/gtest.h>

#include <array>
#include <new>
#include <span>
#include <vector>

#include "tests/saferecl/objects.h"
#include "tests/support/allocations.h"

namespace reclaim::tests {
namespace {

using HpBatch = Saferecl;

TEST_F(HpBatch, MakeFillsTheEmptyOnes) {
  auto* const n = new hp_node(7);
  std::array<hazard_pointer, 120> hps;
  for (std::size_t i : {3u, 50u}) hps[i] = make_hazard_pointer();
  hps[3].reset_protection(n);
  n->retire();

  make_hazard_pointer_batch(hps);

  EXPECT_EQ(living_after_drains(), 1u);
  EXPECT_EQ(n->value.value(), 7u);
  std::vector<hp_node*> nodes;
  for (hazard_pointer& hp : hps) {
    ASSERT_FALSE(hp.empty());
    hp.reset_protection(nodes.emplace_back(new hp_node));
  }
  for (hp_node* const each : nodes) each->retire();
  EXPECT_EQ(living_after_drains(), hps.size());  // no two are the same
}

TEST_F(HpBatch, OfNoneDoesNothing) {
  make_hazard_pointer_batch({});
  clear_hazard_pointer_batch({});
  hazard_pointer hp = make_hazard_pointer();
  auto* const n = new hp_node;
  hp.reset_protection(n);
  n->retire();
  make_hazard_pointer_batch(std::span(&hp, 1));
  EXPECT_EQ(living_after_drains(), 1u);
}

TEST_F(HpBatch, ClearEmptiesThemAll) {
  std::array<hazard_pointer, 20> hps;
  make_hazard_pointer_batch(std::span(hps).first(15));
  for (hazard_pointer& hp : std::span(hps).first(15)) {
    auto* const n = new hp_node;
    hp.reset_protection(n);
    n->retire();
  }
  EXPECT_EQ(living_after_drains(), 15u);

  clear_hazard_pointer_batch(std::span(hps).subspan(5));
  EXPECT_EQ(living_after_drains(), 5u);
  clear_hazard_pointer_batch(hps);
  EXPECT_EQ(living_after_drains(), 0u);
  for (const hazard_pointer& hp : hps) EXPECT_TRUE(hp.empty());
}

// Whichever allocation fails: all are as before, and no hazard pointer is lost.
TEST_F(HpBatch, MakeHasTheStrongGuarantee) {
  if (!allocations_are_replaced()) GTEST_SKIP() << "a sanitizer's operator new prevails";
  std::size_t failures = 0;
  for (std::size_t allowed = 0;; ++allowed) {
    std::size_t in_use = 0;
    bool is_made = false;
    other_thread fresh;
    fresh.does([&] {
      auto* const n = new hp_node(7);
      std::array<hazard_pointer, 400> hps;
      hps[7] = make_hazard_pointer();
      hps[7].reset_protection(n);
      n->retire();
      try {
        const exhausted_memory soon(allowed);
        make_hazard_pointer_batch(hps);
        is_made = true;
      } catch (const std::bad_alloc&) {
        for (const hazard_pointer& hp : hps) in_use += hp.empty() ? 0 : 1;
      }
      EXPECT_FALSE(hps[7].empty());
      EXPECT_EQ(n->value.value(), 7u);
      EXPECT_EQ(living_after_drains(), 1u);
    });
    EXPECT_EQ(living_after_drains(), 0u);
    if (is_made) break;
    EXPECT_EQ(in_use, 1u);
    ++failures;
  }
  EXPECT_GE(failures, 2u);
}

TEST_F(HpBatch, MakeThatThrowsGivesBackWhatItMade) {
  if (!allocations_are_replaced()) GTEST_SKIP() << "a sanitizer's operator new prevails";
  std::vector<hazard_pointer> hps(100);
  make_hazard_pointer_batch(hps);
  clear_hazard_pointer_batch(hps);
  const std::size_t bound = hazards().garbage_bound(1);
  std::vector<hazard_pointer> more(100'000);
  const auto make_more = [&] {
    const exhausted_memory soon(1);  // for the batch itself
    make_hazard_pointer_batch(more);
  };
  EXPECT_THROW(make_more(), std::bad_alloc);
  EXPECT_EQ(hazards().garbage_bound(1), bound);
  for (const hazard_pointer& hp : more) EXPECT_TRUE(hp.empty());

  const exhausted_memory none(1);
  EXPECT_NO_THROW(make_hazard_pointer_batch(hps));
}

}  // namespace
}  // namespace reclaim::tests
