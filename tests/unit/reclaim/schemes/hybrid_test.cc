// What is special to hazard-backed epochs.

#include "reclaim/schemes/hybrid.h"

#include <gtest/gtest.h>
#include <pthread.h>
#include <signal.h>

#include <atomic>
#include <optional>
#include <thread>
#include <vector>

#include "structures/hash_map.h"
#include "structures/mpmc_queue.h"
#include "tests/support/counted.h"
#include "tests/support/schemes_under_test.h"

namespace reclaim::tests {
namespace {

struct node : hybrid_domain::hook {
  counted value;
};

using source = sync::atomic<node*>;

void retire_some(hybrid_domain& domain, int objects = 10) {
  for (int i = 0; i != objects; ++i) domain.retire(new node);
}

void on_another_thread(const auto& f) { std::thread(f).join(); }

TEST(HybridDomain, PassesAGuardThatIsBehind) {
  hybrid_domain domain(collect_every(1));
  const auto guard = domain.enter();

  on_another_thread([&] { retire_some(domain); });

  const domain_stats done = domain.stats();
  EXPECT_GT(done.passed, 0u);
  EXPECT_GE(done.advances, done.passed);
  EXPECT_EQ(done.held_up, 0u);
}

TEST(HybridDomain, LooksAtNoSlotWhileAllAreUp) {
  if (sync::slots_are_always_read) GTEST_SKIP() << "slots are always read";
  hybrid_domain domain(collect_every(1));

  for (int i = 0; i != 10; ++i) {
    const auto guard = domain.enter();
    retire_some(domain, 1);
  }

  EXPECT_GT(domain.stats().advances, 0u);
  EXPECT_EQ(domain.stats().passed, 0u);
}

TEST(HybridDomain, HasRegionsThatHoldItUp) {
  const census births;
  hybrid_domain domain(collect_every(1));
  {
    const auto region = domain.regions().enter();

    on_another_thread([&] {
      retire_some(domain, 100);
      domain.drain();
    });

    EXPECT_GT(domain.stats().held_up, 0u);
    EXPECT_GE(births.living(), 97u);
  }
  EXPECT_EQ(domain.drain(), 0u);
  EXPECT_EQ(births.living(), 0u);
}

TEST(HybridDomain, ProtectsAllThatARegionReaches) {
  struct link : hybrid_domain::hook {
    counted value;
    sync::atomic<link*> next{nullptr};
  };
  const census births;
  hybrid_domain domain(collect_every(1));
  sync::atomic<link*> root{new link};
  root.load(relaxed)->next = new link;
  {
    auto outer = domain.enter();
    auto shield = outer.shield();
    link* const kept = shield.protect(root);
    on_another_thread([&] { retire_some(domain); });  // leaves the outer guard behind
    {
      auto region = domain.regions().enter();
      auto all = region.shield();
      link* const first = all.protect(root);
      on_another_thread([&] {
        link* const old = root.exchange(nullptr, acq_rel);
        domain.regions().retire(old->next.exchange(nullptr, acq_rel));
        domain.retire(old);
        domain.drain();
      });
      EXPECT_EQ(first->value.value(), 0u);
    }
    on_another_thread([&] { domain.drain(); });
    EXPECT_EQ(kept->value.value(), 0u) << "the outer guard protects on";
    EXPECT_EQ(births.living(), 1u) << "and that alone";
  }
  EXPECT_EQ(domain.drain(), 0u);
  EXPECT_EQ(births.living(), 0u);
}

// A shield that changed with one of an inner guard keeps its slot, whoever enters next.
TEST(HybridDomain, KeepsWhatAShieldGotFromAnInnerGuard) {
  const census births;
  hybrid_domain domain(collect_every(1));
  source src{new node};
  auto outer = domain.enter();
  auto shield = outer.shield();
  node* n = nullptr;
  {
    auto inner = domain.enter();
    auto another = inner.shield();
    n = another.protect(src);
    shield.swap(another);
  }
  for (int i = 0; i != 3; ++i) {
    auto inner = domain.enter();
    auto first = inner.shield();
    auto second = inner.shield();
    first.protect(src);
    second.protect(src);
  }

  src.store(nullptr, release);
  outer.retire(n);
  on_another_thread([&] { retire_some(domain); });
  domain.drain();

  EXPECT_EQ(n->value.value(), 0u);
}

TEST(HybridDomain, MakesAsManyShieldsAsAGuardWants) {
  const census births;
  hybrid_domain domain(collect_every(1));
  std::vector<source> sources(20);
  for (source& s : sources) s = new node;
  {
    auto guard = domain.enter();
    std::vector<std::unique_ptr<hybrid_domain::shield>> shields;
    for (source& s : sources) {
      shields.emplace_back(new hybrid_domain::shield(guard.shield()));
      guard.retire(shields.back()->protect(s));
    }
    on_another_thread([&] {
      retire_some(domain);
      domain.drain();
    });

    EXPECT_EQ(domain.drain(), sources.size());
  }
  EXPECT_EQ(domain.drain(), 0u);
}

TEST(HybridDomain, ReadsUnderAPlainGuardOrOtherwise) {
  hybrid_domain domain;
  source src{new node};
  const auto read = [&] {
    return under_plain_guard(
        domain, [&](auto& guard) { return guard.shield().protect(src)->value.value() + 1; }, [] { return std::uint64_t{7}; });
  };
  domain.join();
  { const auto first = domain.enter(); }

  EXPECT_EQ(read(), sync::is_asymmetric() ? 1u : 7u);
  {
    const auto guard = domain.enter();
    EXPECT_EQ(read(), 7u) << "under a guard";
  }
  delete src.load(relaxed);
}

TEST(HybridDomainDeathTest, EndsTheProcessWherePlainGuardsMakeTooManyShields) {
  hybrid_domain domain;
  { const auto first = domain.enter(); }
  if (!sync::is_asymmetric()) GTEST_SKIP() << "no plain guards";
  const auto eight = [&] {
    under_plain_guard(
        domain, [](auto& guard) { for (int i = 0; i != 8; ++i) guard.shield().reset(); }, [] {});
  };
  EXPECT_DEATH(eight(), "reclaim: hybrid_domain: a plain guard makes no more than seven shields");
}

// A handler reads in a guard of its own, in each of the places that it may interrupt.
TEST(HybridDomain, IsReadInASignalHandler) {
  static hybrid_domain* in_use;
  static source* shared;
  static std::atomic<int> reads;
  const census births;
  hybrid_domain domain(collect_every(8));
  source src{new node};
  in_use = &domain;
  shared = &src;
  reads = 0;
  struct sigaction handler = {};
  handler.sa_handler = [](int) {
    auto guard = in_use->enter();
    auto shield = guard.shield();
    if (shield.protect(*shared)->value.value() == 0) ++reads;
  };
  sigaction(SIGUSR2, &handler, nullptr);
  std::atomic<bool> is_over{false};
  std::atomic<bool> has_begun{false};
  std::thread reader([&] {
    while (!is_over) {
      auto guard = domain.enter();
      auto shield = guard.shield();
      EXPECT_EQ(shield.protect(src)->value.value(), 0u);
      has_begun = true;
    }
  });
  while (!has_begun) std::this_thread::yield();
  for (int i = 0; i != 2000; ++i) {
    if (i % 4 == 0) pthread_kill(reader.native_handle(), SIGUSR2);
    domain.retire(src.exchange(new node, acq_rel));
  }
  is_over = true;
  reader.join();

  EXPECT_GT(reads, 0);
  delete src.load(relaxed);
  EXPECT_EQ(domain.drain(), 0u);
  EXPECT_EQ(births.faults(), 0u);
}

TEST(HybridDomain, HasContainersOfBothKinds) {
  hybrid_domain domain(collect_every(4));
  hash_map<int, int, hybrid_domain> bounded(domain);
  hash_map<int, int, hybrid_regions> regional(domain.regions());
  mpmc_queue<int, hybrid_regions> queue(domain.regions());
  for (int i = 0; i != 1000; ++i) {
    bounded.insert(i % 10, i);
    regional.insert(i % 10, i);
    queue.push(i);
    bounded.erase(i % 7);
    regional.erase(i % 7);
    EXPECT_EQ(queue.try_pop(), i);
  }
  EXPECT_EQ(bounded.size(), regional.size());
  for (int i = 0; i != 10; ++i) EXPECT_EQ(bounded.contains(i), regional.contains(i));
  EXPECT_EQ(domain.drain(), 0u);
}

}  // namespace
}  // namespace reclaim::tests
