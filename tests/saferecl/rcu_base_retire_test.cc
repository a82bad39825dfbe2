// [saferecl.rcu.base] rcu_obj_base::retire.

#include <gtest/gtest.h>

#include <memory>
#include <mutex>
#include <vector>

#include "tests/saferecl/objects.h"
#include "tests/support/allocations.h"

namespace reclaim::tests {
namespace {

using RcuBaseRetire = Saferecl;

TEST_F(RcuBaseRetire, EndsTheObject) {
  (new rcu_node)->retire();
  rcu_barrier();
  EXPECT_EQ(births.ended(), 1u);
}

TEST_F(RcuBaseRetire, EndsNothingWhileARegionIsOpen) {
  std::atomic<both_node*> source{new both_node(7)};
  other_thread reader;
  const both_node* n = nullptr;
  reader.does([&] {
    rcu_default_domain().lock();
    n = source.load(std::memory_order_acquire);
  });
  source.exchange(nullptr, std::memory_order_acq_rel)->by_regions::retire();
  for (int i = 0; i != 10'000; ++i) (new rcu_node)->retire();

  EXPECT_EQ(living_after_drains(), 10'001u);
  reader.does([&] {
    EXPECT_EQ(n->number(), 7u);
    rcu_default_domain().unlock();
  });
  EXPECT_EQ(living_after_drains(), 0u);
}

TEST_F(RcuBaseRetire, InARegionOfItsOwnEndsNothingThereof) {
  std::atomic<rcu_node*> source{new rcu_node(7)};
  {
    const std::scoped_lock region(rcu_default_domain());
    rcu_node* const n = source.load(std::memory_order_acquire);
    n->retire();
    EXPECT_EQ(living_after_drains(), 1u);
    EXPECT_EQ(n->value.value(), 7u);
  }
  EXPECT_EQ(living_after_drains(), 0u);
}

TEST_F(RcuBaseRetire, TakesDeletersOfAllKinds) {
  static std::atomic<int> called;
  called = 0;
  std::atomic<int> count{0};
  assigned_deleter<rcu_node_by<assigned_deleter>>::calls = 0;
  (new rcu_node_by<counting_deleter>)->retire({&count});
  (new rcu_node_by<owning_deleter>)->retire({std::make_unique<std::atomic<int>*>(&count)});
  (new rcu_node_by<assigned_deleter>)->retire();
  using node = rcu_node_by<function_deleter>;
  (new node)->retire([](node* n) {
    delete n;
    ++called;
  });
  rcu_barrier();
  EXPECT_EQ(count, 2);
  EXPECT_EQ(assigned_deleter<rcu_node_by<assigned_deleter>>::calls, 1);
  EXPECT_EQ(called, 1);
}

TEST_F(RcuBaseRetire, LeavesCopiesAsTheyAre) {
  rcu_node* copy = nullptr;
  auto* const assigned = new rcu_node;
  {
    const std::scoped_lock region(rcu_default_domain());
    auto* const n = new rcu_node(7);
    n->retire();
    copy = new rcu_node(*n);
    *assigned = *n;
  }
  EXPECT_EQ(living_after_drains(), 2u);
  copy->retire();
  assigned->retire();
  EXPECT_EQ(living_after_drains(), 0u);
}

TEST_F(RcuBaseRetire, AllocatesNothing) {
  if (!allocations_are_replaced()) GTEST_SKIP() << "a sanitizer's operator new prevails";
  std::vector<rcu_node*> nodes(10'000);
  for (rcu_node*& n : nodes) n = new rcu_node;
  (new rcu_node)->retire();  // the thread has joined

  const allocation_count allocations;
  {
    const exhausted_memory none;
    for (rcu_node* const n : nodes) n->retire();
  }
  EXPECT_EQ(allocations.get(), 0u);
}

TEST_F(RcuBaseRetire, InADomainOfItsOwnHeedsTheRegionsOfThatDomain) {
  user_rcu_domain domain;
  {
    const std::scoped_lock region(rcu_default_domain());
    (new rcu_node)->retire({}, domain);
    rcu_barrier(domain);
    EXPECT_EQ(births.living(), 0u);
  }
  {
    const std::scoped_lock region(domain);
    (new rcu_node)->retire({}, domain);
    EXPECT_EQ(epochs_of(domain).drain(), 1u);
    rcu_barrier();  // of the other one
    EXPECT_EQ(births.living(), 1u);
  }
  EXPECT_EQ(epochs_of(domain).drain(), 0u);
}

// One that hazard pointers protect as well: each of its bases is for itself.
TEST_F(RcuBaseRetire, OfAnObjectThatIsBothHeedsRegions) {
  hazard_pointer hp = make_hazard_pointer();
  auto* const n = new both_node;
  hp.reset_protection(n);
  n->by_regions::retire();
  EXPECT_EQ(living_after_drains(), 0u);
}

TEST_F(RcuBaseRetire, ASecondTimeIsNoticed) {
  if (!sync::checks_enabled) GTEST_SKIP() << "NDEBUG";
  auto* const n = new rcu_node;
  n->retire();
  EXPECT_DEATH(n->retire(), "^reclaim: retire: .*double retire.*\n$");
}

}  // namespace
}  // namespace reclaim::tests
