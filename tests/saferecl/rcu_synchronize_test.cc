// [saferecl.rcu.domain.func] rcu_synchronize.

#include <gtest/gtest.h>

#include <chrono>
#include <mutex>
#include <thread>

#include "tests/saferecl/objects.h"
#include "tests/support/child.h"
#include "tests/support/sanitized.h"

namespace reclaim::tests {
namespace {

using std::chrono_literals::operator""ms;

using RcuSynchronize = Saferecl;

TEST_F(RcuSynchronize, ReturnsWhereThereIsNoRegion) {
  for (int i = 0; i != 100; ++i) rcu_synchronize();
  user_rcu_domain domain;
  const std::scoped_lock region(rcu_default_domain());
  rcu_synchronize(domain);
}

TEST_F(RcuSynchronize, WaitsForRegionsOfBefore) {
  other_thread reader;
  reader.does([] { rcu_default_domain().lock(); });
  std::atomic<bool> is_over{false};
  std::thread waiter([&] {
    rcu_synchronize();
    is_over = true;
  });
  for (int i = 0; i != 20; ++i) {
    reader.does([] {  // an inner region that ends, and one that opens inside, change nothing
      rcu_default_domain().lock();
      rcu_default_domain().unlock();
    });
    std::this_thread::sleep_for(1ms);
    EXPECT_FALSE(is_over);
  }
  reader.does([] { rcu_default_domain().unlock(); });
  waiter.join();
}

// There is one at each moment: each ends when the next one has begun.
TEST_F(RcuSynchronize, DoesNotWaitForRegionsOfAfterwards) {
  std::atomic<int> begun{0};
  std::atomic<bool> is_over{false};
  const auto read = [&](int first) {
    for (int turn = first; !is_over; turn += 2) {
      while (begun < turn && !is_over) std::this_thread::yield();
      const std::scoped_lock region(rcu_default_domain());
      begun = turn + 1;
      while (begun < turn + 2 && !is_over) std::this_thread::yield();
    }
  };
  std::thread even(read, 0);
  std::thread odd(read, 1);
  while (begun < 2) std::this_thread::yield();
  for (int i = 0; i != 20; ++i) rcu_synchronize();
  is_over = true;
  even.join();
  odd.join();
}

// What a reader has found before, it no longer has: it can be deleted by hand.
TEST_F(RcuSynchronize, MakesWhatWasUnlinkedOnesOwn) {
  const int rounds = is_sanitized ? 300 : 2000;
  std::atomic<counted*> source{new counted(1)};
  std::atomic<bool> is_over{false};
  run_threads(3, [&](std::size_t thread) {
    if (thread != 0) {
      while (!is_over.load(std::memory_order_relaxed)) {
        const std::scoped_lock region(rcu_default_domain());
        ASSERT_EQ(source.load(std::memory_order_acquire)->value(), 1u);
      }
      return;
    }
    for (int i = 0; i != rounds; ++i) {
      counted* const old = source.exchange(new counted(1), std::memory_order_acq_rel);
      rcu_synchronize();
      delete old;
    }
    is_over = true;
  });
  delete source.load(std::memory_order_relaxed);
}

TEST_F(RcuSynchronize, OfManyThreadsAtOnceReturns) {
  const int status = status_in_child([] {
    run_threads(4, [](std::size_t) {
      for (int i = 0; i != 200; ++i) {
        { const std::scoped_lock region(rcu_default_domain()); }
        rcu_synchronize();
      }
    });
  });
  EXPECT_EQ(status, 0);
}

TEST_F(RcuSynchronize, RunsNoDeleter) {
  std::atomic<int> count{0};
  for (int i = 0; i != 10; ++i) (new rcu_node_by<counting_deleter>)->retire({&count});
  for (int i = 0; i != 10; ++i) rcu_synchronize();
  EXPECT_EQ(count, 0);
  rcu_barrier();
  EXPECT_EQ(count, 10);
}

TEST_F(RcuSynchronize, InARegionEndsTheProcess) {
  const std::scoped_lock region(rcu_default_domain());
  EXPECT_DEATH(rcu_synchronize(),
               "^reclaim: synchronize: the calling thread is under a guard, and would wait for itself\n$");
}

}  // namespace
}  // namespace reclaim::tests
