// [saferecl.hp.holder.nonmem] make_hazard_pointer, and make_hazard_pointer_in.

#include <gtest/gtest.h>
#include <pthread.h>

#include <new>
#include <optional>
#include <thread>
#include <vector>

#include "tests/saferecl/objects.h"
#include "tests/support/allocations.h"
#include "tests/support/child.h"

namespace reclaim::tests {
namespace {

using HpMakeHazardPointer = Saferecl;

TEST_F(HpMakeHazardPointer, MakesOneThatProtectsNothing) {
  auto* const n = new hp_node;
  {
    hazard_pointer hp = make_hazard_pointer();
    hp.reset_protection(n);
    EXPECT_FALSE(hp.empty());
  }
  const hazard_pointer hp = make_hazard_pointer();  // most likely the same one again
  EXPECT_FALSE(hp.empty());
  n->retire();
  EXPECT_EQ(living_after_drains(), 0u);
}

// In whichever order they end, each one is its own.
TEST_F(HpMakeHazardPointer, MakesNoneTwice) {
  std::vector<hazard_pointer> hps;
  std::vector<hp_node*> nodes;
  random_stream random(seed());
  for (std::size_t i = 0; i != 1000; ++i) {
    if (hps.size() < 150 && random.below(3) != 0) {
      nodes.push_back(new hp_node(i));
      hps.push_back(make_hazard_pointer());
      hps.back().reset_protection(nodes.back());
    } else if (!hps.empty()) {
      const std::size_t which = random.below(hps.size());
      std::swap(hps[which], hps.back());
      std::swap(nodes[which], nodes.back());
      nodes.back()->retire();
      nodes.pop_back();
      hps.pop_back();
    }
    if (i % 50 == 0) {
      EXPECT_EQ(living_after_drains(), hps.size());
    }
  }
  for (hp_node* const n : nodes) n->retire();
  EXPECT_EQ(living_after_drains(), nodes.size());
}

TEST_F(HpMakeHazardPointer, MakesThemInManyThreadsThatComeAndGo) {
  std::atomic<hp_node*> source{new hp_node(1)};
  std::vector<hazard_pointer> kept(200);
  run_threads(4, [&](std::size_t thread) {
    for (std::size_t i = thread; i < kept.size(); i += 4) {
      std::thread([&] {
        kept[i] = make_hazard_pointer();
        EXPECT_EQ(kept[i].protect(source)->value.value(), 1u);
        source.exchange(new hp_node(1), std::memory_order_acq_rel)->retire();
      }).join();
    }
  });
  EXPECT_LE(living_after_drains(), kept.size() + 1);
  EXPECT_GE(births.living(), 2u);
  kept.clear();
  EXPECT_EQ(living_after_drains(), 1u);
  source.load(std::memory_order_relaxed)->retire();
}

// Where another thread has its index already, it does not take one of that thread's.
TEST_F(HpMakeHazardPointer, MakesThemForAThreadThatHasLeft) {
  static other_thread* heir;
  static hazard_pointer made;
  static std::size_t index;
  static std::size_t index_of_heir;
  other_thread other;
  heir = &other;
  pthread_key_t key;  // made after the library's, and so called after it
  hazards().join();
  ASSERT_EQ(pthread_key_create(&key, [](void*) {
              heir->does([] { hazards().join(), index_of_heir = sync::thread_index(); });
              made = make_hazard_pointer();
              index = sync::thread_index();
            }), 0);
  std::size_t before = 0;
  std::thread([&] {
    made = make_hazard_pointer();
    before = sync::thread_index();
    pthread_setspecific(key, &key);
  }).join();
  pthread_key_delete(key);
  EXPECT_EQ(index_of_heir, before);
  EXPECT_NE(index, sync::no_thread);
  EXPECT_NE(index, before);
  made = hazard_pointer();
}

// Each that it made before is as it was, and once there is memory again there is one more.
TEST_F(HpMakeHazardPointer, ThrowsWhereThereIsNoMemory) {
  if (!allocations_are_replaced()) GTEST_SKIP() << "a sanitizer's operator new prevails";
  auto* const n = new hp_node;
  other_thread fresh;
  fresh.does([&] {
    std::vector<hazard_pointer> hps(1);
    hps.reserve(10'000);
    hps[0] = make_hazard_pointer();
    hps[0].reset_protection(n);
    const auto make_all = [&] {
      const exhausted_memory none;
      while (hps.size() != hps.capacity()) hps.push_back(make_hazard_pointer());
    };
    EXPECT_THROW(make_all(), std::bad_alloc);
    n->retire();
    EXPECT_EQ(living_after_drains(), 1u);
    EXPECT_FALSE(make_hazard_pointer().empty());
  });
}

TEST_F(HpMakeHazardPointer, ThrowsWhereTheFirstOneOfAThreadHasNoMemory) {
  if (!allocations_are_replaced()) GTEST_SKIP() << "a sanitizer's operator new prevails";
  const hazard_pointer here = make_hazard_pointer();
  const auto status = status_in_child([] {
    std::thread([] {
      hazards().join();
      for (std::size_t allowed = 0; allowed != 3; ++allowed) {
        const exhausted_memory none(allowed);
        try {
          EXPECT_FALSE(make_hazard_pointer().empty());
        } catch (const std::bad_alloc&) {
          EXPECT_EQ(allowed, 0u);
        }
      }
    }).join();
  });
  EXPECT_EQ(status, 0);
}

TEST_F(HpMakeHazardPointer, OfADomainProtectsItsObjectsAlone) {
  hazard_domain domain;
  auto* const n = new hp_node;
  hazard_pointer of_another = make_hazard_pointer();
  of_another.reset_protection(n);
  {
    hazard_pointer hp = make_hazard_pointer_in(domain);
    hp.reset_protection(n);
    retire_in(domain, n);
    EXPECT_EQ(domain.drain(), 1u);
    hp = make_hazard_pointer();
    EXPECT_EQ(domain.drain(), 0u);
  }
}

TEST_F(HpMakeHazardPointer, OfADomainMayOutliveItsThread) {
  hazard_domain domain;
  auto* const n = new hp_node(7);
  std::optional<hazard_pointer> hp;
  std::thread([&] { hp = make_hazard_pointer_in(domain); }).join();
  hp->reset_protection(n);
  retire_in(domain, n);
  std::thread([&] {
    const hazard_pointer another = make_hazard_pointer_in(domain);
    EXPECT_EQ(domain.drain(), 1u);
  }).join();
  EXPECT_EQ(n->value.value(), 7u);
  hp.reset();
  EXPECT_EQ(domain.drain(), 0u);
}

}  // namespace
}  // namespace reclaim::tests
