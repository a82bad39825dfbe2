// [saferecl.rcu.domain.func] rcu_barrier.

#include <gtest/gtest.h>

#include <chrono>
#include <mutex>
#include <thread>

#include "tests/saferecl/objects.h"
#include "tests/support/sanitized.h"

namespace reclaim::tests {
namespace {

using std::chrono_literals::operator""ms;

using RcuBarrier = Saferecl;

TEST_F(RcuBarrier, ReturnsWhereNothingIsScheduled) {
  for (int i = 0; i != 10; ++i) rcu_barrier();
  user_rcu_domain domain;
  const std::scoped_lock region(rcu_default_domain());
  rcu_barrier(domain);
}

TEST_F(RcuBarrier, ReturnsWhenAllHasRun) {
  std::atomic<int> count{0};
  for (int i = 0; i != 100; ++i) {
    (new rcu_node_by<counting_deleter>)->retire({&count});
    rcu_retire(new counted, counting_deleter<counted>{&count});
  }
  rcu_barrier();
  EXPECT_EQ(count, 200);
}

// Neither a thread that sleeps nor one that has ended keeps back what it scheduled.
TEST_F(RcuBarrier, IsForWhatOtherThreadsScheduled) {
  std::atomic<int> count{0};
  other_thread sleeper;
  const auto schedule = [&] {
    for (int i = 0; i != 10; ++i) (new rcu_node_by<counting_deleter>)->retire({&count});
  };
  for (int round = 1; round != 20; ++round) {
    sleeper.does(schedule);
    std::thread(schedule).join();
    rcu_barrier();
    EXPECT_EQ(count, 20 * round);
  }
}

TEST_F(RcuBarrier, WaitsForRegionsThatKeepItBack) {
  std::atomic<int> count{0};
  other_thread reader;
  reader.does([] { rcu_default_domain().lock(); });
  (new rcu_node_by<counting_deleter>)->retire({&count});
  std::atomic<bool> is_over{false};
  std::thread waiter([&] {
    rcu_barrier();
    EXPECT_EQ(count, 1);
    is_over = true;
  });
  std::this_thread::sleep_for(20ms);
  EXPECT_FALSE(is_over);
  reader.does([] { rcu_default_domain().unlock(); });
  waiter.join();
}

// What another thread has begun to end is waited for until it has ended.
TEST_F(RcuBarrier, WaitsForADeleterThatRunsElsewhere) {
  struct slow {
    void operator()(const counted* object) const noexcept {
      is_running->store(true);
      std::this_thread::sleep_for(20ms);
      delete object;
      has_run->store(true);
    }
    std::atomic<bool>* is_running;
    std::atomic<bool>* has_run;
  };
  std::atomic<bool> is_running{false};
  std::atomic<bool> has_run{false};
  rcu_retire(new counted, slow{&is_running, &has_run});
  std::thread drainer([] { regions().drain(); });
  while (!is_running) std::this_thread::yield();
  rcu_barrier();
  EXPECT_TRUE(has_run);
  drainer.join();
}

// What deleters schedule is for the barriers after them; this one may run it too.
TEST_F(RcuBarrier, IsForWhatDeletersScheduledOnceTheyHaveRun) {
  static std::atomic<int> count;
  count = 0;
  for (int i = 0; i != 10; ++i) {
    rcu_retire(new counted, [](const counted* first) {
      delete first;
      rcu_retire(new counted, [](const counted* second) {
        delete second;
        ++count;
      });
    });
  }
  rcu_barrier();
  rcu_barrier();
  EXPECT_EQ(count, 10);
}

TEST_F(RcuBarrier, OfManyThreadsAtOnceIsForEachOnesOwn) {
  const int rounds = is_sanitized ? 50 : 300;
  run_threads(4, [&](std::size_t) {
    for (int i = 0; i != rounds; ++i) {
      std::atomic<int> count{0};
      for (int k = 0; k != 5; ++k) (new rcu_node_by<counting_deleter>)->retire({&count});
      rcu_barrier();
      ASSERT_EQ(count, 5);
      (new rcu_node)->retire();
      { const std::scoped_lock region(rcu_default_domain()); }
    }
  });
}

TEST_F(RcuBarrier, InARegionEndsTheProcess) {
  const std::scoped_lock region(rcu_default_domain());
  EXPECT_DEATH(rcu_barrier(),
               "^reclaim: barrier: the calling thread is under a guard or in a deleter, and would wait for itself\n$");
}

}  // namespace
}  // namespace reclaim::tests
