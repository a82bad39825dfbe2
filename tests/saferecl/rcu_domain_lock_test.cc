// [saferecl.rcu.domain.members] rcu_domain::lock, try_lock and unlock.

#include <gtest/gtest.h>

#include <mutex>
#include <thread>

#include "tests/saferecl/objects.h"
#include "tests/support/sanitized.h"

namespace reclaim::tests {
namespace {

// Over the default domain and over one's own: for the former each thread keeps where it stands.
class RcuDomainLock : public Saferecl, public testing::WithParamInterface<bool> {
 protected:
  // Whether this thread is in a region: what it retires stays.
  bool is_open() {
    (new rcu_node)->retire({}, dom);
    const bool stays = epochs_of(dom).drain() != 0;
    EXPECT_EQ(births.living() != 0, stays);
    return stays;
  }

  user_rcu_domain own;
  rcu_domain& dom = GetParam() ? rcu_default_domain() : own;
};

INSTANTIATE_TEST_SUITE_P(Of, RcuDomainLock, testing::Bool(),
                         [](const auto& of) { return of.param ? "TheDefaultDomain" : "AnOwnDomain"; });

TEST_P(RcuDomainLock, OpensARegionAndUnlockClosesIt) {
  for (int i = 0; i != 3; ++i) {
    dom.lock();
    EXPECT_TRUE(is_open());
    dom.unlock();
    EXPECT_FALSE(is_open());
  }
}

TEST_P(RcuDomainLock, TryLockDoesTheSame) {
  EXPECT_TRUE(dom.try_lock());
  EXPECT_TRUE(is_open());
  EXPECT_TRUE(dom.try_lock());
  dom.unlock();
  EXPECT_TRUE(is_open());
  dom.unlock();
  EXPECT_FALSE(is_open());
}

TEST_P(RcuDomainLock, Nests) {
  for (int depth = 1; depth != 40; ++depth) {
    for (int i = 0; i != depth; ++i) dom.lock();
    for (int i = 0; i != depth; ++i) {
      EXPECT_TRUE(is_open());
      dom.unlock();
    }
    EXPECT_FALSE(is_open());
  }
}

// What was opened inside has ended, and the outer region protects as before: also what was unlinked meanwhile.
TEST_P(RcuDomainLock, AnInnerRegionDoesNotEndTheOuterOne) {
  std::atomic<rcu_node*> source{new rcu_node(7)};
  dom.lock();
  const rcu_node* const n = source.load(std::memory_order_acquire);
  dom.lock();
  dom.unlock();
  std::thread([&] {
    source.exchange(nullptr, std::memory_order_acq_rel)->retire({}, dom);
    epochs_of(dom).drain();
  }).join();
  dom.lock();
  dom.unlock();
  epochs_of(dom).drain();
  EXPECT_EQ(n->value.value(), 7u);
  dom.unlock();
  EXPECT_EQ(epochs_of(dom).drain(), 0u);
}

TEST_P(RcuDomainLock, NestsWithNativeGuards) {
  for (int round = 0; round != 3; ++round) {
    dom.lock();
    {
      const auto guard = epochs_of(dom).enter();
      dom.lock();
      {
        const auto inner = epochs_of(dom).enter();
        EXPECT_TRUE(is_open());
      }
      EXPECT_TRUE(is_open());
      dom.unlock();
      EXPECT_TRUE(is_open());
    }
    EXPECT_TRUE(is_open());
    dom.unlock();
    EXPECT_FALSE(is_open());
    {
      const auto guard = epochs_of(dom).enter();
      dom.lock();
      dom.lock();
      dom.unlock();
      EXPECT_TRUE(is_open());
      dom.unlock();
      EXPECT_TRUE(is_open());
    }
    EXPECT_FALSE(is_open());
  }
}

// A thread that has been told to step aside looks its place up anew.  So does one that looked whether the region is open: it was
// held up, or ended what waited; hence one look only, after each number of steps.
TEST_P(RcuDomainLock, OutlivesADetour) {
  epoch_domain another;
  for (int depth = 1; depth != 5; ++depth) {
    const int steps = 2 * depth, never = steps;
    for (int looked = 0; looked != steps; ++looked) {
      for (int asked = 0; asked <= never; ++asked) {
        for (int i = 0; i != 2; ++i) dom.lock(), dom.unlock();  // finds its place, and has it at hand
        for (int i = 0; i != steps; ++i) {
          if (i == asked) sync::ask_for_detour();
          if (i == asked && looked % 2 == 0) static_cast<void>(another.enter());  // steps aside, but not out of this region
          i < depth ? dom.lock() : dom.unlock();
          if (i == looked) {
            EXPECT_EQ(is_open(), i != steps - 1) << depth << " deep, asked at " << asked;
          }
        }
        EXPECT_FALSE(is_open()) << depth << " deep, asked at " << asked << ", looked at " << looked;
      }
    }
  }
}

TEST_P(RcuDomainLock, IsOfTheCallingThread) {
  dom.lock();
  std::thread([&] {
    (new rcu_node)->retire({}, dom);
    EXPECT_EQ(epochs_of(dom).drain(), 1u);
    const auto guard = epochs_of(dom).enter();
    dom.lock();
    dom.unlock();
  }).join();
  std::thread([&] {
    dom.lock();
    { const auto guard = epochs_of(dom).enter(); }
    dom.unlock();
  }).join();
  EXPECT_TRUE(is_open());
  dom.unlock();
  EXPECT_FALSE(is_open());
}

TEST_P(RcuDomainLock, IsOfOneDomain) {
  user_rcu_domain another;
  rcu_domain& other = GetParam() ? own : rcu_default_domain();
  const std::scoped_lock both(another, other);
  EXPECT_FALSE(is_open());
}

TEST_P(RcuDomainLock, IsForLocksOfTheStandard) {
  {
    const std::scoped_lock region(dom);
    EXPECT_TRUE(is_open());
  }
  EXPECT_FALSE(is_open());
  {
    std::unique_lock<rcu_domain> region(dom);
    EXPECT_TRUE(is_open());
    region.unlock();
    EXPECT_FALSE(is_open());
    EXPECT_TRUE(region.try_lock());
    EXPECT_TRUE(is_open());
    std::unique_lock<rcu_domain> moved(std::move(region));
    EXPECT_TRUE(is_open());
    EXPECT_TRUE(moved.owns_lock());
  }
  EXPECT_FALSE(is_open());
  {
    const std::unique_lock<rcu_domain> region(dom, std::try_to_lock);
    const std::lock_guard<rcu_domain> inner(dom);
    EXPECT_TRUE(region.owns_lock());
    EXPECT_TRUE(is_open());
  }
  EXPECT_FALSE(is_open());
}

TEST_P(RcuDomainLock, UnlockRunsNoDeleter) {
  std::atomic<int> count{0};
  using node = rcu_node_by<counting_deleter>;
  dom.lock();
  for (int i = 0; i != 10'000; ++i) (new node)->retire({&count}, dom);
  const int before = count;
  dom.unlock();
  EXPECT_EQ(count, before);
  for (int i = 0; i != 100; ++i) {
    dom.lock();
    dom.unlock();
  }
  EXPECT_EQ(count, before);
  rcu_barrier(dom);
  EXPECT_EQ(count, 10'000);
}

TEST_P(RcuDomainLock, ProtectsWhatOthersReplace) {
  const std::size_t rounds = is_sanitized ? 20'000 : 200'000;
  std::atomic<both_node*> source{new both_node(1)};
  run_threads(4, [&](std::size_t thread) {
    for (std::size_t i = 0; i != rounds; ++i) {
      if (thread >= 2) {
        source.exchange(new both_node(1), std::memory_order_acq_rel)->by_regions::retire({}, dom);
      } else if (i % 2 == 0) {
        const std::scoped_lock region(dom);
        ASSERT_EQ(source.load(std::memory_order_acquire)->number(), 1u);
      } else {
        const std::scoped_lock region(dom);
        const both_node* const n = source.load(std::memory_order_acquire);
        { const std::scoped_lock inner(dom); }
        ASSERT_EQ(n->number(), 1u);
      }
    }
  });
  source.load(std::memory_order_relaxed)->by_regions::retire({}, dom);
  rcu_barrier(dom);
}

TEST_P(RcuDomainLock, IsLeftWithTheThread) {
  std::thread([&] {
    dom.lock();
    dom.lock();
  }).join();
  EXPECT_FALSE(is_open());
  std::thread([&] {  // of the same index
    {
      const auto guard = epochs_of(dom).enter();
      dom.lock();
      dom.unlock();
      EXPECT_TRUE(is_open());
    }
    EXPECT_FALSE(is_open());
    dom.lock();
    EXPECT_TRUE(is_open());
    dom.unlock();
    EXPECT_FALSE(is_open());
  }).join();
}

TEST_P(RcuDomainLock, AnUnlockTooManyIsNoticed) {
  if (!sync::checks_enabled) GTEST_SKIP() << "NDEBUG";
  const char* const line = "^reclaim: unlock: the thread has not locked the domain\n$";
  EXPECT_DEATH(dom.unlock(), line);
  dom.lock();
  dom.lock();
  dom.unlock();
  dom.unlock();
  EXPECT_DEATH(dom.unlock(), line);
  dom.lock();
  EXPECT_DEATH(std::thread([&] { dom.unlock(); }).join(), line);
  dom.unlock();
}

TEST_P(RcuDomainLock, ADomainThatEndsInARegionIsNoticed) {
  if (!sync::checks_enabled) GTEST_SKIP() << "NDEBUG";
  EXPECT_DEATH(
      {
        user_rcu_domain ends;
        ends.lock();
      },
      "^reclaim: a domain was destroyed while a guard lives\n$");
}

}  // namespace
}  // namespace reclaim::tests
