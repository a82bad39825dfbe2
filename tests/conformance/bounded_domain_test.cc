// Domains that protect what their shields hold, whatever else a thread could reach; and that nobody makes keep more.

#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <memory>
#include <thread>
#include <vector>

#include "reclaim/schemes.h"
#include "tests/support/counted.h"
#include "tests/support/published.h"
#include "tests/support/schemes_under_test.h"

namespace reclaim::tests {
namespace {

template <class Domain>
class BoundedDomain : public ::testing::Test {};

TYPED_TEST_SUITE(BoundedDomain, bounded_domains_under_test, domain_names);

template <class Domain>
void retire_on_another_thread(Domain& domain, int objects) {
  std::thread([&] {
    for (int i = 0; i != objects; ++i) domain.retire(new node<Domain>);
    domain.drain();
  }).join();
}

TYPED_TEST(BoundedDomain, KeepsAProtectedObjectUntilItsShieldResets) {
  const census births;
  TypeParam domain(collect_every(1));
  source<TypeParam> src{new node<TypeParam>};
  auto guard = domain.enter();
  auto shield = guard.shield();
  node<TypeParam>* const n = shield.protect(src);
  src.store(nullptr, release);
  guard.retire(n);
  retire_on_another_thread(domain, 100);
  ASSERT_EQ(n->value.value(), 0u);
  ASSERT_EQ(births.living(), 1u);

  shield.reset();

  EXPECT_EQ(domain.drain(), 0u);
  EXPECT_EQ(births.living(), 0u);
}

TYPED_TEST(BoundedDomain, AGuardWithoutShieldsHoldsNothingBack) {
  const census births;
  TypeParam domain(collect_every(1));
  auto guard = domain.enter();
  retire_on_another_thread(domain, 100);

  EXPECT_EQ(births.living(), 0u);
}

TYPED_TEST(BoundedDomain, AShieldThatMovesOnLetsGo) {
  const census births;
  TypeParam domain(collect_every(1));
  source<TypeParam> first{new node<TypeParam>};
  source<TypeParam> second{new node<TypeParam>};
  auto guard = domain.enter();
  auto shield = guard.shield();
  node<TypeParam>* const a = shield.protect(first);
  node<TypeParam>* const b = shield.protect(second);
  guard.retire(a);
  guard.retire(b);

  EXPECT_EQ(domain.drain(), 1u);
  EXPECT_EQ(b->value.value(), 0u);
}

TYPED_TEST(BoundedDomain, SwappedShieldsKeepWhatTheyHeld) {
  TypeParam domain(collect_every(1));
  source<TypeParam> first{new node<TypeParam>};
  source<TypeParam> second{new node<TypeParam>};
  auto guard = domain.enter();
  auto one = guard.shield();
  auto two = guard.shield();
  node<TypeParam>* const a = one.protect(first);
  node<TypeParam>* const b = two.protect(second);
  one.swap(two);
  guard.retire(a);
  guard.retire(b);

  one.reset();  // held a, holds b since the swap

  EXPECT_EQ(domain.drain(), 1u);
  EXPECT_EQ(a->value.value(), 0u);
}

// More hazards than one set of the scan can hold, so that candidates are looked up in several.
TYPED_TEST(BoundedDomain, HoldsBackMoreObjectsThanOneSetOfAScan) {
  constexpr std::size_t many = 5 * address_set::capacity / 2;
  const census births;
  TypeParam domain(collect_every(1));
  {
    auto guard = domain.enter();
    std::deque<source<TypeParam>> sources;
    std::vector<std::unique_ptr<typename TypeParam::shield>> shields;
    for (std::size_t i = 0; i != many; ++i) {
      sources.emplace_back(new node<TypeParam>);
      shields.emplace_back(new typename TypeParam::shield(guard.shield()));
      guard.retire(shields.back()->protect(sources.back()));
      domain.retire(new node<TypeParam>);
    }

    EXPECT_EQ(domain.drain(), many);
    for (auto& src : sources) EXPECT_EQ(src.load(relaxed)->value.value(), 0u);
  }
  EXPECT_EQ(domain.drain(), 0u);
  EXPECT_EQ(births.living(), 0u);
}

TYPED_TEST(BoundedDomain, StaysUnderItsBoundWhileAReaderStalls) {
  TypeParam domain(collect_every(16));
  source<TypeParam> src{new node<TypeParam>};
  auto guard = domain.enter();
  auto shield = guard.shield();
  node<TypeParam>* const held = shield.protect(src);
  std::size_t peak = 0;
  std::thread([&] {
    for (int i = 0; i != 100'000; ++i) {
      domain.retire(new node<TypeParam>);
      peak = std::max(peak, domain.pending());
    }
  }).join();

  EXPECT_LE(peak, domain.garbage_bound(2));
  EXPECT_GT(peak, 0u);
  guard.retire(held);
  EXPECT_EQ(domain.drain(), 1u);
}

// They leave as much as they retire between two looks, and look at what others left no more often than that.
TYPED_TEST(BoundedDomain, StaysUnderItsBoundWhileThreadsComeAndGo) {
  domain_options options;
  options.objects_per_collect = 64;
  TypeParam domain(options);
  std::size_t peak = 0;
  for (int generation = 0; generation != 200; ++generation) {
    std::thread([&] {
      for (int i = 0; i != 2000; ++i) domain.retire(new typename TypeParam::hook);
    }).join();
    peak = std::max(peak, domain.pending());
  }
  EXPECT_LE(peak, domain.garbage_bound(1));
  EXPECT_EQ(domain.drain(), 0u);
}

TYPED_TEST(BoundedDomain, ProtectsAnObjectThatIsRetiredWithADeleter) {
  static int ended;
  ended = 0;
  TypeParam domain(collect_every(1));
  sync::atomic<int*> src{new int(7)};
  auto guard = domain.enter();
  auto shield = guard.shield();
  int* const seven = shield.protect(src);
  guard.retire(seven, [](int* p) { ++ended; delete p; });
  domain.drain();
  ASSERT_EQ(ended, 0);
  EXPECT_EQ(*seven, 7);

  shield.reset();
  domain.drain();

  EXPECT_EQ(ended, 1);
}

// A hook that is not the first base: source and hazard name the same object by different addresses.
struct other_base {
  virtual ~other_base() = default;
  long word = 1;
};
template <class Domain>
struct late_hook : other_base, Domain::hook {
  counted value;
};

TYPED_TEST(BoundedDomain, ProtectsAnObjectWhoseHookIsNotAtItsStart) {
  const census births;
  TypeParam domain(collect_every(1));
  sync::atomic<late_hook<TypeParam>*> src{new late_hook<TypeParam>};
  auto guard = domain.enter();
  auto shield = guard.shield();
  late_hook<TypeParam>* const n = shield.protect(src);
  guard.retire(n);
  domain.drain();

  EXPECT_EQ(births.living(), 1u);
  shield.reset();
  domain.drain();
  EXPECT_EQ(births.living(), 0u);
}

// The forms of retire() that do not use the object's own hook name the object as a shield does all the same.
template <class TypeParam, class Retire>
void expect_protected(Retire&& retire) {
  TypeParam domain(collect_every(1));
  auto* const n = new late_hook<TypeParam>;
  sync::atomic<late_hook<TypeParam>*> src{n};
  auto guard = domain.enter();
  auto shield = guard.shield();
  shield.protect(src);
  retire(guard, n);
  EXPECT_EQ(domain.drain(), 1u);

  shield.reset();
  EXPECT_EQ(domain.drain(), 0u);
}

TYPED_TEST(BoundedDomain, ProtectsAHookedObjectThatIsRetiredAnotherWay) {
  const census births;
  expect_protected<TypeParam>([](auto& guard, late_hook<TypeParam>* n) { guard.retire(n, [](late_hook<TypeParam>* p) { delete p; }); });
  expect_protected<TypeParam>([](auto& guard, late_hook<TypeParam>* n) { EXPECT_TRUE(guard.try_retire(n)); });
  EXPECT_EQ(births.living(), 0u);
}

}  // namespace
}  // namespace reclaim::tests
