// [saferecl.rcu.domain.func] rcu_retire.

#include <gtest/gtest.h>

#include <cstdlib>
#include <memory>
#include <mutex>
#include <new>

#include "tests/saferecl/objects.h"
#include "tests/support/allocations.h"

namespace reclaim::tests {

struct unknown;
unknown* make_unknown();
void delete_unknown(unknown* object) noexcept;

namespace {

using RcuRetire = Saferecl;

TEST_F(RcuRetire, DeletesAnObjectOfAnyType) {
  rcu_retire(new counted);
  rcu_retire(new rcu_node);
  rcu_retire(new hp_node);
  rcu_retire(new both_node);
  rcu_retire<const counted>(new counted);
  rcu_retire<with_vtable>(new both_node);
  rcu_barrier();
  EXPECT_EQ(births.born(), 6u);
  EXPECT_EQ(births.living(), 0u);
}

// Before its type is known.
TEST_F(RcuRetire, TakesAnIncompleteType) {
  rcu_retire(make_unknown(), [](unknown* object) { delete_unknown(object); });
  rcu_retire(make_unknown(), delete_unknown);
  rcu_barrier();
  EXPECT_EQ(births.ended(), 2u);
}

TEST_F(RcuRetire, TakesVoid) {
  rcu_retire(static_cast<void*>(new counted), [](void* object) { delete static_cast<counted*>(object); });
  void* const memory = std::malloc(10);
  rcu_retire(memory, std::free);
  rcu_barrier();
  EXPECT_EQ(births.ended(), 1u);
}

TEST_F(RcuRetire, TakesDeletersOfAllKinds) {
  struct mutable_deleter {
    explicit mutable_deleter(std::atomic<int>& c) : count(&c) {}
    mutable_deleter(mutable_deleter&&) = default;
    mutable_deleter& operator=(mutable_deleter&&) = delete;
    void operator()(const counted* object) {
      delete object;
      ++*count;
    }
    std::atomic<int>* count;
  };
  std::atomic<int> count{0};
  rcu_retire(new counted, counting_deleter<counted>{&count});
  rcu_retire(new counted, owning_deleter<counted>{std::make_unique<std::atomic<int>*>(&count)});
  rcu_retire(new counted, mutable_deleter(count));
  const auto shared = std::make_shared<int>(0);
  rcu_retire(new counted, [&count, shared](const counted* object) {
    delete object;
    ++count;
  });
  EXPECT_EQ(shared.use_count(), 2);
  rcu_barrier();
  EXPECT_EQ(count, 4);
  EXPECT_EQ(shared.use_count(), 1);  // deleters end as well
}

TEST_F(RcuRetire, WaitsForRegions) {
  std::atomic<counted*> source{new counted(7)};
  other_thread reader;
  const counted* n = nullptr;
  reader.does([&] {
    rcu_default_domain().lock();
    n = source.load(std::memory_order_acquire);
  });
  rcu_retire(source.exchange(nullptr, std::memory_order_acq_rel));
  EXPECT_EQ(living_after_drains(), 1u);
  reader.does([&] {
    EXPECT_EQ(n->value(), 7u);
    rcu_default_domain().unlock();
  });
  EXPECT_EQ(living_after_drains(), 0u);
}

TEST_F(RcuRetire, TakesADomain) {
  user_rcu_domain domain;
  const std::scoped_lock region(domain);
  rcu_retire(new counted, {}, domain);
  rcu_barrier();
  EXPECT_EQ(epochs_of(domain).drain(), 1u);
}

TEST_F(RcuRetire, SchedulesNothingWhereThereIsNoMemory) {
  if (!allocations_are_replaced()) GTEST_SKIP() << "a sanitizer's operator new prevails";
  (new rcu_node)->retire();
  rcu_barrier();
  std::atomic<int> count{0};
  counted object;
  const std::size_t living = living_allocations();
  const auto schedule = [&] {
    const exhausted_memory none;
    rcu_retire(&object, [&](counted*) { ++count; });
  };
  EXPECT_THROW(schedule(), std::bad_alloc);
  rcu_barrier();
  EXPECT_EQ(count, 0);
  EXPECT_EQ(living_allocations(), living);
}

// Its move throws once the argument has been made.
struct reluctant {
  explicit reluctant(std::atomic<int>& c, int moves) : count(&c), moves_left(moves) {}
  reluctant(reluctant&& other) : count(other.count), moves_left(other.moves_left - 1) {
    if (moves_left < 0) throw copy_refused();
  }
  void operator()(counted*) const noexcept { ++*count; }
  std::atomic<int>* count;
  int moves_left;
};

TEST_F(RcuRetire, SchedulesNothingWhereTheDeleterIsNotMoved) {
  (new rcu_node)->retire();
  rcu_barrier();
  std::atomic<int> count{0};
  counted object;
  const std::size_t living = living_allocations();
  const std::size_t retired = regions().stats().retired;
  EXPECT_THROW(rcu_retire(&object, reluctant(count, 0)), copy_refused);
  rcu_barrier();
  EXPECT_EQ(count, 0);
  EXPECT_EQ(regions().stats().retired, retired);
  EXPECT_EQ(living_allocations(), living);
  rcu_retire(&object, reluctant(count, 1));  // moved once, and no more
  rcu_barrier();
  EXPECT_EQ(count, 1);
}

// The box goes with the object, whichever of the two the deleter leaves.
TEST_F(RcuRetire, LeavesNothingBehind) {
  if (!allocations_are_replaced()) GTEST_SKIP() << "a sanitizer's operator new prevails";
  rcu_retire(new counted);
  rcu_barrier();
  const std::size_t living = living_allocations();
  for (int i = 0; i != 10'000; ++i) rcu_retire(new counted);
  rcu_retire(static_cast<counted*>(nullptr), [](counted*) {});
  rcu_barrier();
  EXPECT_EQ(living_allocations(), living);
}

}  // namespace

struct unknown {
  counted value;
};
unknown* make_unknown() { return new unknown; }
void delete_unknown(unknown* object) noexcept { delete object; }

}  // namespace reclaim::tests
