// [saferecl.hp.holder.ctor] hazard_pointer::hazard_pointer, of nothing and of another.

#include <gtest/gtest.h>

#include <thread>
#include <vector>

#include "tests/saferecl/objects.h"

namespace reclaim::tests {
namespace {

using HpHolderCtor = Saferecl;

TEST_F(HpHolderCtor, OfNothingIsEmpty) {
  const hazard_pointer hp;
  EXPECT_TRUE(hp.empty());
}

TEST_F(HpHolderCtor, OfAnEmptyOneIsEmpty) {
  hazard_pointer from;
  const hazard_pointer hp(std::move(from));
  EXPECT_TRUE(hp.empty());
  EXPECT_TRUE(from.empty());
}

TEST_F(HpHolderCtor, OfAnotherTakesItsProtection) {
  std::atomic<hp_node*> source{new hp_node(7)};
  hazard_pointer from = make_hazard_pointer();
  const hp_node* const n = from.protect(source);
  source.load(std::memory_order_relaxed)->retire();

  hazard_pointer to(std::move(from));

  EXPECT_FALSE(to.empty());
  EXPECT_TRUE(from.empty());  // NOLINT: what it was moved from is what this is about
  from = hazard_pointer();
  EXPECT_EQ(living_after_drains(), 1u);
  EXPECT_EQ(n->value.value(), 7u);
  to.reset_protection();
  EXPECT_EQ(living_after_drains(), 0u);
}

// Made here, used there, while its slot is no longer for others to have.
TEST_F(HpHolderCtor, TakesItToAnotherThread) {
  std::atomic<hp_node*> source{new hp_node(7)};
  hazard_pointer hp = make_hazard_pointer();
  other_thread other;
  hazard_pointer there;
  const hp_node* n = nullptr;
  other.does([&] {
    hazard_pointer taken(std::move(hp));
    n = taken.protect(source);
    there = std::move(taken);
  });
  const hazard_pointer another = make_hazard_pointer();  // not the same one

  source.load(std::memory_order_relaxed)->retire();
  EXPECT_EQ(living_after_drains(), 1u);
  EXPECT_EQ(n->value.value(), 7u);
  other.does([&] { there = hazard_pointer(); });
  EXPECT_EQ(living_after_drains(), 0u);
}

// It outlives the thread that made it, also where a new thread goes by that one's index, and makes its own.
TEST_F(HpHolderCtor, TakesItFromAThreadThatEnds) {
  std::atomic<hp_node*> source{new hp_node(7)};
  hazard_pointer hp;
  const hp_node* n = nullptr;
  std::size_t index = 0;
  std::thread([&] {
    hazard_pointer made = make_hazard_pointer();
    n = made.protect(source);
    hp = std::move(made);
    index = sync::thread_index();
  }).join();
  source.exchange(new hp_node(8), std::memory_order_acq_rel)->retire();
  EXPECT_EQ(living_after_drains(), 2u);
  EXPECT_EQ(n->value.value(), 7u);

  other_thread heir;
  heir.does([&] {
    std::vector<hazard_pointer> own(20);
    make_hazard_pointer_batch(own);
    EXPECT_EQ(sync::thread_index(), index);
    for (hazard_pointer& h : own) h.protect(source);
    EXPECT_EQ(living_after_drains(), 2u);
  });
  EXPECT_EQ(living_after_drains(), 2u);
  EXPECT_EQ(n->value.value(), 7u);
  heir.end();
  EXPECT_EQ(living_after_drains(), 2u);

  n = hp.protect(source);  // it is still good for use
  EXPECT_EQ(living_after_drains(), 1u);
  source.load(std::memory_order_relaxed)->retire();
  EXPECT_EQ(living_after_drains(), 1u);
  EXPECT_EQ(n->value.value(), 8u);
  hp = hazard_pointer();
  EXPECT_EQ(living_after_drains(), 0u);
}

}  // namespace
}  // namespace reclaim::tests
