// [version.syn], [saferecl.hp.syn], [saferecl.rcu.syn]: macros, signatures, and what types can and cannot do.

#include <hazard_pointer>
#include <rcu>

#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <mutex>
#include <span>
#include <type_traits>
#include <utility>

#include "tests/saferecl/objects.h"

static_assert(__cpp_lib_hazard_pointer >= 202306L);
static_assert(__cpp_lib_rcu >= 202306L);
static_assert(RECLAIM_HAZARD_POINTER == 202606L);
static_assert(RECLAIM_RCU == 202306L);

namespace reclaim::tests {
namespace {

template <class Wanted, class Found>
concept same = std::is_same_v<Wanted, Found>;

// Whether a function with this signature is among those of that name.
template <class Signature>
constexpr bool is_one_of(Signature) {
  return true;
}

using node = hp_node;
using holder = hazard_pointer;

static_assert(same<decltype(&holder::empty), bool (holder::*)() const noexcept>);
static_assert(same<decltype(&holder::swap), void (holder::*)(holder&) noexcept>);
static_assert(is_one_of<node* (holder::*)(const std::atomic<node*>&) noexcept>(&holder::protect));
static_assert(is_one_of<const node* (holder::*)(const std::atomic<const node*>&) noexcept>(&holder::protect));
static_assert(is_one_of<bool (holder::*)(node*&, const std::atomic<node*>&) noexcept>(&holder::try_protect));
static_assert(is_one_of<void (holder::*)(const node*) noexcept>(&holder::reset_protection));
static_assert(is_one_of<void (holder::*)(std::nullptr_t) noexcept>(&holder::reset_protection));
static_assert(same<decltype(&make_hazard_pointer), holder (*)()>);
static_assert(same<decltype(&make_hazard_pointer_batch), void (*)(std::span<holder>)>);
static_assert(same<decltype(&clear_hazard_pointer_batch), void (*)(std::span<holder>) noexcept>);
static_assert(is_one_of<void (*)(holder&, holder&) noexcept>(&reclaim::swap));
static_assert(same<decltype(&node::retire), void (node::hazard_pointer_obj_base::*)(std::default_delete<node>) noexcept>);

static_assert(std::is_nothrow_default_constructible_v<holder> && std::is_nothrow_destructible_v<holder>);
static_assert(std::is_nothrow_move_constructible_v<holder> && std::is_nothrow_move_assignable_v<holder>);
static_assert(std::is_nothrow_swappable_v<holder>);
static_assert(!std::is_copy_constructible_v<holder> && !std::is_copy_assignable_v<holder>);
static_assert(sizeof(holder) == 2 * sizeof(void*));  // the slot, and whether who protects needs a fence

static_assert(same<decltype(&rcu_domain::lock), void (rcu_domain::*)() noexcept>);
static_assert(same<decltype(&rcu_domain::try_lock), bool (rcu_domain::*)() noexcept>);
static_assert(same<decltype(&rcu_domain::unlock), void (rcu_domain::*)() noexcept>);
static_assert(same<decltype(&rcu_default_domain), rcu_domain& (*)() noexcept>);
static_assert(same<decltype(&rcu_synchronize), void (*)(rcu_domain&) noexcept>);
static_assert(same<decltype(&rcu_barrier), void (*)(rcu_domain&) noexcept>);
static_assert(same<decltype(&rcu_retire<int>), void (*)(int*, std::default_delete<int>, rcu_domain&)>);
static_assert(same<decltype(&rcu_retire<int, void (*)(int*)>), void (*)(int*, void (*)(int*), rcu_domain&)>);
static_assert(same<decltype(&rcu_node::retire),
                   void (rcu_node::rcu_obj_base::*)(std::default_delete<rcu_node>, rcu_domain&) noexcept>);

static_assert(!std::is_default_constructible_v<rcu_domain>);
static_assert(!std::is_copy_constructible_v<rcu_domain> && !std::is_copy_assignable_v<rcu_domain>);
static_assert(!std::is_move_constructible_v<rcu_domain> && !std::is_move_assignable_v<rcu_domain>);
static_assert(!std::is_copy_constructible_v<user_rcu_domain> && !std::is_copy_assignable_v<user_rcu_domain>);
static_assert(std::is_convertible_v<user_rcu_domain&, rcu_domain&>);

// Of a T that is never complete.
struct incomplete;
struct trivial_deleter {
  void operator()(incomplete* object) const noexcept;
  int number;
};
struct no_trivial_deleter {
  no_trivial_deleter() = default;
  no_trivial_deleter(const no_trivial_deleter&) noexcept {}
  no_trivial_deleter& operator=(const no_trivial_deleter&) = default;
  void operator()(incomplete* object) const noexcept;
};

template <template <class, class> class Base>
class base_of_objects {
  using plain = Base<incomplete, std::default_delete<incomplete>>;
  using by_function = Base<incomplete, void (*)(incomplete*)>;

  static_assert(std::is_trivially_copyable_v<plain>);
  static_assert(std::is_trivially_copyable_v<by_function>);
  static_assert(std::is_trivially_copyable_v<Base<incomplete, trivial_deleter>>);
  static_assert(!std::is_trivially_copyable_v<Base<incomplete, no_trivial_deleter>>);
  static_assert(sizeof(plain) == 2 * sizeof(void*));
  static_assert(sizeof(Base<incomplete, no_trivial_deleter>) == 2 * sizeof(void*));
  static_assert(sizeof(by_function) == 3 * sizeof(void*));
  // For derived classes alone.
  static_assert(!std::is_default_constructible_v<plain> && !std::is_destructible_v<plain>);
  static_assert(!std::is_copy_constructible_v<plain> && !std::is_move_constructible_v<plain>);
  static_assert(!std::is_copy_assignable_v<plain> && !std::is_move_assignable_v<plain>);

  struct object : Base<object, std::default_delete<object>> {
    int value;
    int another;
  };
  static_assert(sizeof(object) == 2 * sizeof(void*) + 2 * sizeof(int));
  static_assert(std::is_trivially_copyable_v<object> && std::is_nothrow_default_constructible_v<object>);

  struct moved : Base<moved, owning_deleter<moved>> {};
  static_assert(std::is_nothrow_move_constructible_v<moved> && !std::is_copy_constructible_v<moved>);
  struct stays : Base<stays, assigned_deleter<stays>> {};
  static_assert(std::is_default_constructible_v<stays> && !std::is_move_constructible_v<stays>);
};
template class base_of_objects<hazard_pointer_obj_base>;
template class base_of_objects<rcu_obj_base>;

struct both : hazard_pointer_obj_base<both>, rcu_obj_base<both> {};
static_assert(sizeof(both) == 4 * sizeof(void*));

using FeatureTestMacros = Saferecl;

// Nothing is [[nodiscard]].
TEST_F(FeatureTestMacros, ResultsMayBeDiscarded) {
  node n;
  node* found = nullptr;
  const std::atomic<node*> source(&n);
  hazard_pointer hp = make_hazard_pointer();
  make_hazard_pointer();
  hp.empty();
  hp.protect(source);
  hp.try_protect(found, source);
  rcu_default_domain();
  rcu_default_domain().try_lock();
  rcu_default_domain().unlock();
}

// An object finds names of its own and of its surroundings, not ours.
int end(int n) { return n; }
struct finds : hazard_pointer_obj_base<finds>, rcu_obj_base<finds> {
  using base = int;
  base use() const { return end(7); }
};

TEST_F(FeatureTestMacros, BasesLeaveNamesToTheirObjects) { EXPECT_EQ(finds().use(), 7); }

// As a program has them that is written for the standard's headers.
struct std_node : std::hazard_pointer_obj_base<std_node> {
  counted value{7};
};

TEST_F(FeatureTestMacros, NamesAreInStd) {
  std::atomic<std_node*> source{new std_node};
  std::hazard_pointer hp = std::make_hazard_pointer();
  EXPECT_EQ(hp.protect(source)->value.value(), 7u);
  std::hazard_pointer other;
  swap(hp, other);
  std::swap(hp, other);
  std::array<std::hazard_pointer, 2> batch;
  std::make_hazard_pointer_batch(batch);
  std::clear_hazard_pointer_batch(batch);
  source.load(std::memory_order_relaxed)->retire();

  {
    const std::scoped_lock<std::rcu_domain> region(std::rcu_default_domain());
  }
  std::rcu_retire(new counted);
  std::rcu_synchronize();
  std::rcu_barrier();
  EXPECT_EQ(births.living(), 1u);
}

}  // namespace
}  // namespace reclaim::tests
