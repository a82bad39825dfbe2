// Laws of guards and shields, over every domain.  What is retired, and what threads do: the other domain_*_test.cc.

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include "tests/support/census_test.h"
#include "tests/support/counted.h"
#include "tests/support/published.h"
#include "tests/support/schemes_under_test.h"
#include "tests/support/threads.h"

namespace reclaim::tests {
namespace {

template <class Domain>
using tagged_source = sync::atomic<tagged_ptr<node<Domain>>>;

template <class Domain>
class DomainConformance : public CensusTest {
 protected:
  // Does what it can to end everything that was retired: as another thread, many times over.
  static void reclaim_elsewhere(Domain& domain) {
    std::thread([&domain] {
      for (int i = 0; i != 100; ++i) domain.retire(new node<Domain>);
      domain.drain();
    }).join();
  }

  // Unlinks what `src` names and retires it, as another thread.
  template <class Source>
  static void retire_elsewhere(Domain& domain, Source& src) {
    std::thread([&] {
      auto guard = domain.enter();
      guard.retire(stripped(src.exchange({}, acq_rel)));
    }).join();
    reclaim_elsewhere(domain);
  }

  static node<Domain>* stripped(node<Domain>* pointer) { return pointer; }
  static node<Domain>* stripped(tagged_ptr<node<Domain>> word) { return word.pointer(); }
};

TYPED_TEST_SUITE(DomainConformance, domains_under_test, domain_names);

TYPED_TEST(DomainConformance, KeepsAProtectedObject) {
  TypeParam domain(small_options());
  source<TypeParam> src{new node<TypeParam>(7)};
  auto guard = domain.enter();
  auto shield = guard.shield();
  node<TypeParam>* const n = shield.protect(src);

  this->retire_elsewhere(domain, src);

  EXPECT_EQ(n->value.value(), 7u);
}

TYPED_TEST(DomainConformance, EndsAnObjectWhenTheLastGuardHasEnded) {
  TypeParam domain(small_options());
  source<TypeParam> src{new node<TypeParam>};
  {
    auto guard = domain.enter();
    auto shield = guard.shield();
    shield.protect(src);
    this->retire_elsewhere(domain, src);
  }

  const std::size_t left = domain.drain();

  EXPECT_EQ(left, domain.pending());
  if (reclaims_early<TypeParam>) {
    EXPECT_EQ(left, 0u);
    EXPECT_EQ(this->births.living(), 0u);
  }
}

TYPED_TEST(DomainConformance, KeepsWhatATaggedSourceNames) {
  TypeParam domain(small_options());
  auto* const made = new node<TypeParam>(7);
  tagged_source<TypeParam> src{tagged_ptr(made, 1)};
  auto guard = domain.enter();
  auto shield = guard.shield();
  const tagged_ptr<node<TypeParam>> word = shield.protect(src);
  EXPECT_EQ(word.pointer(), made);
  EXPECT_EQ(word.tag(), 1u);

  this->retire_elsewhere(domain, src);

  EXPECT_EQ(made->value.value(), 7u);
}

TYPED_TEST(DomainConformance, ProtectsNull) {
  TypeParam domain(small_options());
  const source<TypeParam> src{nullptr};
  const tagged_source<TypeParam> marked{tagged_ptr<node<TypeParam>>(nullptr, 1)};
  auto guard = domain.enter();
  auto shield = guard.shield();

  EXPECT_EQ(shield.protect(src), nullptr);
  EXPECT_EQ(shield.protect(marked), (tagged_ptr<node<TypeParam>>(nullptr, 1)));
}

TYPED_TEST(DomainConformance, TryProtectKeepsWhatItWasAskedFor) {
  TypeParam domain(small_options());
  source<TypeParam> src{new node<TypeParam>(7)};
  auto guard = domain.enter();
  auto shield = guard.shield();
  node<TypeParam>* n = src.load(relaxed);
  ASSERT_TRUE(shield.try_protect(n, src));

  this->retire_elsewhere(domain, src);

  EXPECT_EQ(n->value.value(), 7u);
}

TYPED_TEST(DomainConformance, TryProtectTellsWhatItFoundInstead) {
  TypeParam domain(small_options());
  node<TypeParam> first;
  node<TypeParam> second;
  const source<TypeParam> src{&second};
  const tagged_source<TypeParam> tagged{tagged_ptr(&second, 1)};
  auto guard = domain.enter();
  auto shield = guard.shield();

  node<TypeParam>* pointer = &first;
  EXPECT_FALSE(shield.try_protect(pointer, src));
  EXPECT_EQ(pointer, &second);

  tagged_ptr word(&second, 0);  // the same pointer under another tag is another word
  EXPECT_FALSE(shield.try_protect(word, tagged));
  EXPECT_EQ(word, tagged_ptr(&second, 1));
}

TYPED_TEST(DomainConformance, KeepsWhatTwentyShieldsProtect) {
  TypeParam domain(small_options());
  std::deque<source<TypeParam>> sources;
  auto guard = domain.enter();
  struct kept {
    kept(typename TypeParam::guard& g, source<TypeParam>& src) : room(g.shield()), object(room.protect(src)) {}
    typename TypeParam::shield room;
    node<TypeParam>* object;
  };
  std::deque<kept> all;
  for (std::uint64_t i = 0; i != 20; ++i) all.emplace_back(guard, sources.emplace_back(new node<TypeParam>(i)));

  for (auto& src : sources) this->retire_elsewhere(domain, src);

  for (std::uint64_t i = 0; i != 20; ++i) EXPECT_EQ(all[i].object->value.value(), i);
  while (!all.empty()) all.pop_back();
}

TYPED_TEST(DomainConformance, KeepsAnObjectThatTwoShieldsProtectUntilBothLetGo) {
  TypeParam domain(small_options());
  source<TypeParam> src{new node<TypeParam>(7)};
  auto guard = domain.enter();
  auto first = guard.shield();
  auto second = guard.shield();
  node<TypeParam>* const n = first.protect(src);
  second.protect(src);
  first.reset();

  this->retire_elsewhere(domain, src);

  EXPECT_EQ(n->value.value(), 7u);
}

TYPED_TEST(DomainConformance, SwapExchangesWhatShieldsProtect) {
  TypeParam domain(small_options());
  source<TypeParam> one{new node<TypeParam>(1)};
  source<TypeParam> two{new node<TypeParam>(2)};
  auto guard = domain.enter();
  auto first = guard.shield();
  auto second = guard.shield();
  first.protect(one);
  node<TypeParam>* const n = second.protect(two);
  first.swap(second);
  second.reset();  // lets go of what `first` protected

  this->retire_elsewhere(domain, one);
  this->retire_elsewhere(domain, two);

  EXPECT_EQ(n->value.value(), 2u);
}

TYPED_TEST(DomainConformance, AnInnerGuardEndsNoProtectionOfTheOuterOne) {
  TypeParam domain(small_options());
  source<TypeParam> src{new node<TypeParam>(7)};
  auto guard = domain.enter();
  auto shield = guard.shield();
  node<TypeParam>* const n = shield.protect(src);
  {
    auto inner = domain.enter();
    auto inner_shield = inner.shield();
    inner_shield.protect(src);
  }

  this->retire_elsewhere(domain, src);

  EXPECT_EQ(n->value.value(), 7u);
}

template <class Domain, class Then>
void under_guards(Domain& domain, int depth, const Then& then) {
  auto guard = domain.enter();
  if (depth == 1) return then(guard);
  under_guards(domain, depth - 1, then);
}

TYPED_TEST(DomainConformance, GuardsNestToAnyDepth) {
  TypeParam domain(small_options());
  source<TypeParam> src{new node<TypeParam>(7)};

  under_guards(domain, 1000, [&](auto& guard) {
    auto shield = guard.shield();
    node<TypeParam>* const n = shield.protect(src);
    this->retire_elsewhere(domain, src);
    EXPECT_EQ(n->value.value(), 7u);
  });

  domain.drain();
  EXPECT_EQ(domain.pending() == 0, reclaims_early<TypeParam>);
}

// The reader repins whenever the other thread has tried to end the object, and never leaves its guard.
TYPED_TEST(DomainConformance, RepinLetsGo) {
  constexpr int rounds = 8;
  std::atomic<bool> has_ended{false};
  TypeParam domain(small_options());
  source<TypeParam> src{new node<TypeParam>};
  start_barrier turn(2);
  auto guard = domain.enter();
  auto shield = guard.shield();  // lives on, and protects nothing once the guard has repinned
  shield.protect(src);

  std::thread other([&] {
    domain.retire(src.exchange(nullptr, acq_rel), [&](node<TypeParam>* n) {
      delete n;
      has_ended = true;
    });
    for (int i = 0; i != rounds; ++i) {
      domain.drain();
      turn.arrive_and_wait();
      turn.arrive_and_wait();
    }
  });
  for (int i = 0; i != rounds; ++i) {
    turn.arrive_and_wait();
    guard.repin();
    turn.arrive_and_wait();
  }
  other.join();

  EXPECT_EQ(has_ended, reclaims_early<TypeParam>);
}

TYPED_TEST(DomainConformance, ProtectsAfterARepin) {
  TypeParam domain(small_options());
  source<TypeParam> src{new node<TypeParam>(7)};
  auto guard = domain.enter();
  this->reclaim_elsewhere(domain);
  guard.repin();
  auto shield = guard.shield();
  node<TypeParam>* const n = shield.protect(src);

  this->retire_elsewhere(domain, src);

  EXPECT_EQ(n->value.value(), 7u);
}

TYPED_TEST(DomainConformance, AGuardKnowsItsDomain) {
  TypeParam domain(small_options());
  TypeParam other(small_options());

  auto guard = domain.enter();
  auto other_guard = other.enter();

  EXPECT_EQ(&guard.domain(), &domain);
  EXPECT_EQ(&other_guard.domain(), &other);
}

TYPED_TEST(DomainConformance, DomainsAreIndependent) {
  TypeParam held(small_options());
  TypeParam domain(small_options());
  source<TypeParam> src{new node<TypeParam>(7)};
  auto guard = held.enter();
  auto shield = guard.shield();
  shield.protect(src);

  domain.retire(src.exchange(nullptr, relaxed));  // of the other domain: `shield` does not protect it there

  if (reclaims_early<TypeParam>) {
    EXPECT_EQ(domain.drain(), 0u);
    EXPECT_EQ(this->births.living(), 0u);
  }
  EXPECT_EQ(held.stats().retired, 0u);
}

TYPED_TEST(DomainConformance, SeventyDomainsMayBeEnteredAtOnce) {
  constexpr std::size_t domains = 70;
  std::deque<TypeParam> all;
  std::deque<source<TypeParam>> sources;
  for (std::size_t i = 0; i != domains; ++i) {
    all.emplace_back(small_options());
    sources.emplace_back(new node<TypeParam>(i));
  }
  struct reader {
    reader(TypeParam& d, source<TypeParam>& src) : guard(d.enter()), shield(guard.shield()), object(shield.protect(src)) {}
    typename TypeParam::guard guard;
    typename TypeParam::shield shield;
    node<TypeParam>* object;
  };
  std::deque<reader> readers;
  for (std::size_t i = 0; i != domains; ++i) readers.emplace_back(all[i], sources[i]);

  for (std::size_t i = 0; i != domains; ++i) {
    all[i].retire(sources[i].exchange(nullptr, relaxed));
    EXPECT_EQ(all[i].drain(), 1u);
  }

  for (std::size_t i = 0; i != domains; ++i) EXPECT_EQ(readers[i].object->value.value(), i);
  while (!readers.empty()) readers.pop_back();
}

TYPED_TEST(DomainConformance, ABoundedDomainStaysUnderItsBoundBehindAStalledReader) {
  TypeParam domain(small_options());
  if constexpr (bounded_domain<TypeParam>) {
    source<TypeParam> src{new node<TypeParam>(7)};
    auto guard = domain.enter();
    auto shield = guard.shield();
    node<TypeParam>* const n = shield.protect(src);
    std::size_t most = 0;

    std::thread([&] {
      for (int i = 0; i != 20'000; ++i) {
        domain.retire(src.exchange(new node<TypeParam>, acq_rel));
        most = std::max(most, domain.pending());
      }
    }).join();

    EXPECT_LE(most, domain.garbage_bound(2));
    EXPECT_LT(domain.garbage_bound(2), 1000u);
    EXPECT_EQ(n->value.value(), 7u);
    domain.retire(src.exchange(nullptr, relaxed));
  } else {
    GTEST_SKIP() << "makes no such promise";
  }
}

}  // namespace
}  // namespace reclaim::tests
