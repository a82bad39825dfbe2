// Laws of a queue, over every domain.  Those that a stack keeps as well are in pool_test.cc.

#include <gtest/gtest.h>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <vector>

#include "structures/mpmc_queue.h"
#include "tests/support/schemes_under_test.h"
#include "tests/support/threads.h"

namespace reclaim::tests {
namespace {

template <class Domain>
class QueueConformance : public ::testing::Test {};

TYPED_TEST_SUITE(QueueConformance, domains_under_test, domain_names);

TYPED_TEST(QueueConformance, PopsInTheOrderOfThePushes) {
  TypeParam domain(small_options());
  mpmc_queue<int, TypeParam> queue(domain);

  for (int i = 0; i != 1000; ++i) queue.push(i);

  for (int i = 0; i != 1000; ++i) ASSERT_EQ(queue.try_pop(), i);
}

TYPED_TEST(QueueConformance, AgreesWithADequeOnAnySequence) {
  TypeParam domain(small_options());
  mpmc_queue<std::uint64_t, TypeParam> queue(domain);
  std::deque<std::uint64_t> model;
  random_stream random(seed());

  for (int i = 0; i != 5000; ++i) {
    if (random.below(2) == 0) {
      model.push_back(random());
      queue.push(model.back());
    } else if (model.empty()) {
      ASSERT_FALSE(queue.try_pop());
    } else {
      ASSERT_EQ(queue.try_pop(), model.front());
      model.pop_front();
    }
    ASSERT_EQ(queue.empty(), model.empty());
  }
}

// One consumer, so that what it sees of each producer is the order in the queue.
TYPED_TEST(QueueConformance, KeepsTheOrderOfEachProducer) {
  constexpr std::size_t producers = 3;
  constexpr std::size_t values_a_producer = 3000;
  struct item {
    std::size_t producer;
    std::size_t number;
  };
  TypeParam domain(small_options());
  mpmc_queue<item, TypeParam> queue(domain);
  std::vector<std::size_t> next(producers);

  run_threads(producers + 1, [&](std::size_t thread) {
    if (thread != producers) {
      for (std::size_t i = 0; i != values_a_producer; ++i) queue.push({thread, i});
      return;
    }
    for (std::size_t left = producers * values_a_producer; left != 0;) {
      const auto popped = queue.try_pop();
      if (!popped) continue;
      EXPECT_EQ(popped->number, next[popped->producer]++);
      --left;
    }
  });

  EXPECT_EQ(next, std::vector<std::size_t>(producers, values_a_producer));
}

// What was pushed before another push began is popped before it: a token is handed on from thread to thread.
TYPED_TEST(QueueConformance, KeepsTheOrderOfPushesThatFollowEachOther) {
  constexpr std::size_t threads = 4;
  constexpr std::size_t pushes = 400;
  TypeParam domain(small_options());
  mpmc_queue<std::size_t, TypeParam> queue(domain);
  std::atomic<std::size_t> turn{0};

  run_threads(threads, [&](std::size_t thread) {
    for (std::size_t i = thread; i < pushes; i += threads) {
      while (turn.load(std::memory_order_acquire) != i) std::this_thread::yield();
      queue.push(i);
      turn.store(i + 1, std::memory_order_release);
    }
  });

  for (std::size_t i = 0; i != pushes; ++i) ASSERT_EQ(queue.try_pop(), i);
}

}  // namespace
}  // namespace reclaim::tests
