// A lock that its owner has for nearly nothing, and visitors now and then.

#include "reclaim/core/owner_lock.h"

#include <gtest/gtest.h>

#include <chrono>
#include <cstddef>
#include <thread>
#include <vector>

#include "tests/support/threads.h"

namespace reclaim::tests {
namespace {

using std::chrono_literals::operator""ms;

TEST(OwnerLock, IsFreeAtFirst) {
  owner_lock lock;

  EXPECT_TRUE(lock.try_own());
  lock.disown();
  EXPECT_TRUE(lock.try_own());
}

TEST(OwnerLock, KeepsAVisitorOutWhileItIsOwned) {
  owner_lock lock;
  const int visitor = 0;
  ASSERT_TRUE(lock.try_own());

  EXPECT_TRUE(lock.announce(&visitor));
  EXPECT_FALSE(lock.try_enter());

  lock.leave();
  lock.disown();
  EXPECT_TRUE(lock.announce(&visitor));
  EXPECT_TRUE(lock.try_enter());
}

TEST(OwnerLock, KeepsItsOwnerOutWhileAVisitorIsThere) {
  owner_lock lock;
  const int visitor = 0;
  ASSERT_TRUE(lock.announce(&visitor));

  EXPECT_FALSE(lock.try_own());
  EXPECT_TRUE(lock.try_enter());
  EXPECT_FALSE(lock.try_own());

  lock.leave();
  EXPECT_TRUE(lock.try_own());
}

TEST(OwnerLock, LetsOneVisitorInAtATime) {
  owner_lock lock;
  const int one = 0;
  const int two = 0;

  EXPECT_TRUE(lock.announce(&one));
  EXPECT_FALSE(lock.announce(&two));
  EXPECT_TRUE(lock.is_announced(&one));
  EXPECT_FALSE(lock.is_announced(&two));

  lock.leave();
  EXPECT_FALSE(lock.is_announced(&one));
  EXPECT_TRUE(lock.announce(&two));
}

TEST(OwnerLock, TellsAForksChildWhetherAnyoneWasInside) {
  owner_lock lock;
  const int visitor = 0;
  EXPECT_FALSE(lock.reopen());

  ASSERT_TRUE(lock.try_own());
  EXPECT_TRUE(lock.reopen());
  EXPECT_FALSE(lock.reopen());

  ASSERT_TRUE(lock.announce(&visitor));
  EXPECT_FALSE(lock.reopen());  // announced, but not inside
  ASSERT_TRUE(lock.announce(&visitor));
  ASSERT_TRUE(lock.try_enter());
  EXPECT_TRUE(lock.reopen());
  EXPECT_TRUE(lock.try_own());
}

// Thread 0 is the owner; the others visit.  What the lock guards is not atomic.
TEST(OwnerLock, LetsOneInAtATime) {
  owner_lock lock;
  std::size_t inside = 0;
  std::size_t owned = 0;
  std::vector<std::size_t> visits(4);
  sync::ensure_fence_mode();
  const time_budget budget(200ms);

  run_threads(4, [&](std::size_t thread) {
    while (!budget.is_over()) {
      if (thread == 0) {
        if (!lock.try_own()) continue;
        ++inside;
        ++owned;
        lock.disown();
      } else {
        if (!lock.announce(&visits[thread])) continue;
        if (sync::heavy_fence() && lock.try_enter()) {
          ++inside;
          ++visits[thread];
        }
        lock.leave();
        std::this_thread::sleep_for(std::chrono::microseconds(50));  // visits are rare: an owner that always meets one never gets in
      }
    }
  });

  EXPECT_EQ(inside, owned + visits[1] + visits[2] + visits[3]);
  EXPECT_GT(owned, 0u);
}

}  // namespace
}  // namespace reclaim::tests
