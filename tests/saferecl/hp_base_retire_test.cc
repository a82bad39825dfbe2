// [saferecl.hp.base] hazard_pointer_obj_base::retire, and retire_in.

#include <gtest/gtest.h>

#include <memory>
#include <vector>

#include "tests/saferecl/objects.h"
#include "tests/support/allocations.h"

namespace reclaim::tests {
namespace {

using HpBaseRetire = Saferecl;

TEST_F(HpBaseRetire, EndsTheObject) {
  (new hp_node)->retire();
  EXPECT_EQ(living_after_drains(), 0u);
  EXPECT_EQ(births.born(), 1u);
}

TEST_F(HpBaseRetire, TakesADeleterWithAState) {
  std::atomic<int> count{0};
  (new hp_node_by<counting_deleter>)->retire({&count});
  hazards().drain();
  EXPECT_EQ(count, 1);
}

TEST_F(HpBaseRetire, TakesAFunction) {
  static std::uint64_t seen;
  seen = 0;
  using node = hp_node_by<function_deleter>;
  (new node(7))->retire([](node* n) {
    seen = n->value.value();
    delete n;
  });
  hazards().drain();
  EXPECT_EQ(seen, 7u);
}

TEST_F(HpBaseRetire, TakesADeleterThatCanOnlyBeMoved) {
  std::atomic<int> count{0};
  (new hp_node_by<owning_deleter>)->retire({std::make_unique<std::atomic<int>*>(&count)});
  hazards().drain();
  EXPECT_EQ(count, 1);
}

TEST_F(HpBaseRetire, TakesADeleterThatCanOnlyBeAssigned) {
  using node = hp_node_by<assigned_deleter>;
  assigned_deleter<node>::calls = 0;
  (new node)->retire();
  hazards().drain();
  EXPECT_EQ(assigned_deleter<node>::calls, 1);
}

TEST_F(HpBaseRetire, HandsTheDeleterTheWholeObject) {
  both_node* const n = new both_node(7);
  ASSERT_NE(static_cast<void*>(n), static_cast<void*>(static_cast<both_node::by_hazards*>(n)));
  n->by_hazards::retire();
  EXPECT_EQ(living_after_drains(), 0u);
}

TEST_F(HpBaseRetire, EndsNothingThatIsProtected) {
  std::atomic<hp_node*> source{new hp_node(7)};
  std::atomic<both_node*> source_of_both{new both_node(8)};
  {
    hazard_pointer hp = make_hazard_pointer();
    hazard_pointer hp_of_both = make_hazard_pointer();
    const hp_node* const n = hp.protect(source);
    const both_node* const both = hp_of_both.protect(source_of_both);
    source.exchange(nullptr, std::memory_order_acq_rel)->retire();
    source_of_both.exchange(nullptr, std::memory_order_acq_rel)->by_hazards::retire();

    EXPECT_EQ(living_after_drains(), 2u);
    EXPECT_EQ(n->value.value(), 7u);
    EXPECT_EQ(both->number(), 8u);
  }
  EXPECT_EQ(living_after_drains(), 0u);
}

struct far_node final : with_vtable, hazard_pointer_obj_base<far_node> {
  explicit far_node(std::uint64_t number) noexcept : value(number) {}
  std::uint64_t number() const noexcept override { return value.value(); }
  counted value;
};

// A shield of the domain below names an object as a hazard pointer does.
TEST_F(HpBaseRetire, EndsNothingThatANativeShieldProtects) {
  sync::atomic<far_node*> source{new far_node(8)};
  {
    auto guard = hazards().enter();
    auto shield = guard.shield();
    const far_node* const n = shield.protect(source);
    source.exchange(nullptr, acq_rel)->retire();

    EXPECT_EQ(living_after_drains(), 1u);
    EXPECT_EQ(n->number(), 8u);
  }
  EXPECT_EQ(living_after_drains(), 0u);
}

TEST_F(HpBaseRetire, EndsNothingNativeThatAHazardPointerProtects) {
  std::atomic<far_node*> source{new far_node(8)};
  {
    hazard_pointer hp = make_hazard_pointer();
    const far_node* const n = hp.protect(source);
    hazards().retire(source.exchange(nullptr, std::memory_order_acq_rel), [](far_node* b) { delete b; });

    EXPECT_EQ(living_after_drains(), 1u);
    EXPECT_EQ(n->number(), 8u);
  }
  EXPECT_EQ(living_after_drains(), 0u);
}

TEST_F(HpBaseRetire, LeavesCopiesAsTheyAre) {
  std::atomic<hp_node*> source{new hp_node(7)};
  hazard_pointer hp = make_hazard_pointer();
  hp_node* const n = hp.protect(source);
  n->retire();
  auto* const copy = new hp_node(*n);
  auto* const assigned = new hp_node;
  *assigned = *n;
  hp.reset_protection();

  EXPECT_EQ(living_after_drains(), 2u);
  copy->retire();
  assigned->retire();
  EXPECT_EQ(living_after_drains(), 0u);
}

TEST_F(HpBaseRetire, AllocatesNothing) {
  if (!allocations_are_replaced()) GTEST_SKIP() << "a sanitizer's operator new prevails";
  std::vector<hp_node*> nodes(10'000);
  for (hp_node*& n : nodes) n = new hp_node;
  (new hp_node)->retire();  // the thread has joined

  const allocation_count allocations;
  {
    const exhausted_memory none;
    for (hp_node* const n : nodes) n->retire();
  }
  EXPECT_EQ(allocations.get(), 0u);
}

// Without a drain: retire() ends what it finds to be over.
TEST_F(HpBaseRetire, LeavesABoundedNumberBehind) {
  const std::size_t bound = hazards().garbage_bound(1);
  for (std::size_t i = 0; i != 4 * bound; ++i) {
    (new hp_node)->retire();
    ASSERT_LE(births.living(), bound);
  }
}

TEST_F(HpBaseRetire, InADomainOfItsOwnHeedsHazardPointersOfThatDomain) {
  hazard_domain domain;
  std::atomic<hp_node*> source{new hp_node(7)};
  {
    hazard_pointer hp = make_hazard_pointer_in(domain);
    const hp_node* const n = hp.protect(source);
    retire_in(domain, source.exchange(nullptr, std::memory_order_acq_rel));
    domain.drain();
    EXPECT_EQ(n->value.value(), 7u);
    EXPECT_EQ(births.living(), 1u);
  }
  hazards().drain();
  EXPECT_EQ(births.living(), 1u);
  domain.drain();
  EXPECT_EQ(births.living(), 0u);
}

TEST_F(HpBaseRetire, InADomainOfItsOwnTakesADeleter) {
  std::atomic<int> count{0};
  {
    hazard_domain domain;
    using node = hp_node_by<counting_deleter>;
    retire_in(domain, new node, {&count});
    using by_function = hp_node_by<function_deleter>;
    retire_in(domain, new by_function, [](by_function* n) { delete n; });
  }
  EXPECT_EQ(count, 1);
}

TEST_F(HpBaseRetire, ASecondTimeIsNoticed) {
  if (!sync::checks_enabled) GTEST_SKIP() << "NDEBUG";
  auto* const n = new hp_node;
  n->retire();
  EXPECT_DEATH(n->retire(), "^reclaim: retire: .*double retire.*\n$");
}

}  // namespace
}  // namespace reclaim::tests
