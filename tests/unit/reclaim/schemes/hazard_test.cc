// What is special to hazard pointers.

#include "reclaim/schemes/hazard.h"

#include <gtest/gtest.h>

#include <deque>
#include <memory>
#include <thread>
#include <vector>

#include "tests/support/counted.h"

namespace reclaim::tests {
namespace {

struct node : hazard_domain::hook {
  counted value;
};

using source = sync::atomic<node*>;

domain_options collect_every(std::size_t objects) {
  domain_options options;
  options.objects_per_collect = objects;
  options.collect_period = {};
  return options;
}

void retire_on_another_thread(hazard_domain& domain, int objects) {
  std::thread([&] {
    for (int i = 0; i != objects; ++i) domain.retire(new node);
    domain.drain();
  }).join();
}

TEST(HazardDomain, KeepsAProtectedObjectUntilItsShieldResets) {
  const census births;
  hazard_domain domain(collect_every(1));
  source src{new node};
  auto guard = domain.enter();
  auto shield = guard.shield();
  node* const n = shield.protect(src);
  src.store(nullptr, release);
  guard.retire(n);
  retire_on_another_thread(domain, 100);
  ASSERT_EQ(n->value.value(), 0u);
  ASSERT_EQ(births.living(), 1u);

  shield.reset();

  EXPECT_EQ(domain.drain(), 0u);
  EXPECT_EQ(births.living(), 0u);
}

TEST(HazardDomain, AGuardWithoutShieldsHoldsNothingBack) {
  const census births;
  hazard_domain domain(collect_every(1));
  auto guard = domain.enter();
  retire_on_another_thread(domain, 100);

  EXPECT_EQ(births.living(), 0u);
}

TEST(HazardDomain, AShieldThatMovesOnLetsGo) {
  const census births;
  hazard_domain domain(collect_every(1));
  source first{new node};
  source second{new node};
  auto guard = domain.enter();
  auto shield = guard.shield();
  node* const a = shield.protect(first);
  node* const b = shield.protect(second);
  guard.retire(a);
  guard.retire(b);

  EXPECT_EQ(domain.drain(), 1u);
  EXPECT_EQ(b->value.value(), 0u);
}

TEST(HazardDomain, SwappedShieldsKeepWhatTheyHeld) {
  hazard_domain domain(collect_every(1));
  source first{new node};
  source second{new node};
  auto guard = domain.enter();
  auto one = guard.shield();
  auto two = guard.shield();
  node* const a = one.protect(first);
  node* const b = two.protect(second);
  one.swap(two);
  guard.retire(a);
  guard.retire(b);

  one.reset();  // held a, holds b since the swap

  EXPECT_EQ(domain.drain(), 1u);
  EXPECT_EQ(a->value.value(), 0u);
}

// More hazards than one set of the scan can hold, so that candidates are looked up in several.
TEST(HazardDomain, HoldsBackMoreObjectsThanOneSetOfAScan) {
  constexpr std::size_t many = 5 * address_set::capacity / 2;
  const census births;
  hazard_domain domain(collect_every(1));
  {
    auto guard = domain.enter();
    std::deque<source> sources;
    std::vector<std::unique_ptr<hazard_domain::shield>> shields;
    for (std::size_t i = 0; i != many; ++i) {
      sources.emplace_back(new node);
      shields.emplace_back(new hazard_domain::shield(guard.shield()));
      guard.retire(shields.back()->protect(sources.back()));
      domain.retire(new node);
    }

    EXPECT_EQ(domain.drain(), many);
    for (auto& src : sources) EXPECT_EQ(src.load(relaxed)->value.value(), 0u);
  }
  EXPECT_EQ(domain.drain(), 0u);
  EXPECT_EQ(births.living(), 0u);
}

TEST(HazardDomain, StaysUnderItsBoundWhileAReaderStalls) {
  hazard_domain domain(collect_every(16));
  source src{new node};
  auto guard = domain.enter();
  auto shield = guard.shield();
  node* const held = shield.protect(src);
  std::size_t peak = 0;
  std::thread([&] {
    for (int i = 0; i != 100'000; ++i) {
      domain.retire(new node);
      peak = std::max(peak, domain.pending());
    }
  }).join();

  EXPECT_LE(peak, domain.garbage_bound(2));
  EXPECT_GT(peak, 0u);
  guard.retire(held);
  EXPECT_EQ(domain.drain(), 1u);
}

TEST(HazardDomain, ProtectsAnObjectThatIsRetiredWithADeleter) {
  static int ended;
  ended = 0;
  hazard_domain domain(collect_every(1));
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
struct late_hook : other_base, hazard_domain::hook {
  counted value;
};

TEST(HazardDomain, ProtectsAnObjectWhoseHookIsNotAtItsStart) {
  const census births;
  hazard_domain domain(collect_every(1));
  sync::atomic<late_hook*> src{new late_hook};
  auto guard = domain.enter();
  auto shield = guard.shield();
  late_hook* const n = shield.protect(src);
  guard.retire(n);
  domain.drain();

  EXPECT_EQ(births.living(), 1u);
  shield.reset();
  domain.drain();
  EXPECT_EQ(births.living(), 0u);
}

// The forms of retire() that do not use the object's own hook name the object as a shield does all the same.
template <class Retire>
void expect_protected(Retire&& retire) {
  hazard_domain domain(collect_every(1));
  auto* const n = new late_hook;
  sync::atomic<late_hook*> src{n};
  auto guard = domain.enter();
  auto shield = guard.shield();
  shield.protect(src);
  retire(guard, n);
  EXPECT_EQ(domain.drain(), 1u);

  shield.reset();
  EXPECT_EQ(domain.drain(), 0u);
}

TEST(HazardDomain, ProtectsAHookedObjectThatIsRetiredAnotherWay) {
  const census births;
  expect_protected([](auto& guard, late_hook* n) { guard.retire(n, [](late_hook* p) { delete p; }); });
  expect_protected([](auto& guard, late_hook* n) { EXPECT_TRUE(guard.try_retire(n)); });
  EXPECT_EQ(births.living(), 0u);
}

TEST(HazardDomain, IsBoundedAndNoRegionDomain) {
  static_assert(bounded_domain<hazard_domain>);
  static_assert(!region_domain<hazard_domain>);
  static_assert(sizeof(hazard_domain::hook) == 2 * sizeof(void*));
}

}  // namespace
}  // namespace reclaim::tests
