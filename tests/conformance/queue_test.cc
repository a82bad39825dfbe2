// Laws of a queue: mpmc_queue and segmented_queue, over every domain.  Those that a stack keeps as well are in
// pool_test.cc.

#include <gtest/gtest.h>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <thread>
#include <vector>

#include "structures/mpmc_queue.h"
#include "structures/segmented_queue.h"
#include "tests/support/schemes_under_test.h"
#include "tests/support/threads.h"

namespace reclaim::tests {
namespace {

template <class Domain>
struct mpmc_over {
  using domain_type = Domain;
  template <class T>
  using of = mpmc_queue<T, Domain>;
  static constexpr const char* name = "mpmc_";
};

// Segments so small that there are many.
template <class Domain>
struct segmented_over {
  using domain_type = Domain;
  template <class T>
  using of = segmented_queue<T, Domain, 4>;
  static constexpr const char* name = "segmented_";
};

// Segments as a user gets them.
template <class Domain>
struct long_segmented_over {
  using domain_type = Domain;
  template <class T>
  using of = segmented_queue<T, Domain>;
  static constexpr const char* name = "long_segmented_";
};

template <class List>
struct every_queue;
template <class... Domains>
struct every_queue<type_list<Domains...>> {
  using type = ::testing::Types<mpmc_over<Domains>..., segmented_over<Domains>..., long_segmented_over<Domains>...>;
};

struct queue_names {
  template <class Kind>
  static std::string GetName(int /*index*/) {
    return std::string(Kind::name) + Kind::domain_type::name;
  }
};

template <class Kind>
using domain_of = typename Kind::domain_type;

template <class Kind, class T>
using queue_of = typename Kind::template of<T>;

template <class Kind>
class QueueConformance : public ::testing::Test {};

TYPED_TEST_SUITE(QueueConformance, every_queue<all_domains>::type, queue_names);

TYPED_TEST(QueueConformance, PopsInTheOrderOfThePushes) {
  domain_of<TypeParam> domain(small_options());
  queue_of<TypeParam, int> queue(domain);

  for (int i = 0; i != 1000; ++i) queue.push(i);

  for (int i = 0; i != 1000; ++i) ASSERT_EQ(queue.try_pop(), i);
}

TYPED_TEST(QueueConformance, AgreesWithADequeOnAnySequence) {
  domain_of<TypeParam> domain(small_options());
  queue_of<TypeParam, std::uint64_t> queue(domain);
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
  domain_of<TypeParam> domain(small_options());
  queue_of<TypeParam, item> queue(domain);
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
  domain_of<TypeParam> domain(small_options());
  queue_of<TypeParam, std::size_t> queue(domain);
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

// The queue holds a value at every moment: each thread pushes before it pops.
TYPED_TEST(QueueConformance, IsNeverFoundEmptyByWhoPushedBefore) {
  domain_of<TypeParam> domain(small_options());
  queue_of<TypeParam, int> queue(domain);
  std::atomic<int> missed{0};

  run_threads(4, [&](std::size_t) {
    for (int i = 0; i != 3000; ++i) {
      queue.push(i);
      if (queue.empty()) ++missed;
      if (!queue.try_pop()) ++missed;
    }
  });

  EXPECT_EQ(missed, 0);
  EXPECT_TRUE(queue.empty());
}

}  // namespace
}  // namespace reclaim::tests
