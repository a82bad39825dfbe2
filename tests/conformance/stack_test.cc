// Laws of a stack, over every domain.  Those that a queue keeps as well are in pool_test.cc.

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <vector>

#include "structures/treiber_stack.h"
#include "tests/support/schemes_under_test.h"
#include "tests/support/threads.h"

namespace reclaim::tests {
namespace {

template <class Domain>
class StackConformance : public ::testing::Test {};

TYPED_TEST_SUITE(StackConformance, domains_under_test, domain_names);

TYPED_TEST(StackConformance, PopsInTheReverseOrderOfThePushes) {
  TypeParam domain(small_options());
  treiber_stack<int, TypeParam> stack(domain);

  for (int i = 0; i != 1000; ++i) stack.push(i);

  for (int i = 1000; i-- != 0;) ASSERT_EQ(stack.try_pop(), i);
}

TYPED_TEST(StackConformance, AgreesWithAVectorOnAnySequence) {
  TypeParam domain(small_options());
  treiber_stack<std::uint64_t, TypeParam> stack(domain);
  std::vector<std::uint64_t> model;
  random_stream random(seed());

  for (int i = 0; i != 5000; ++i) {
    if (random.below(2) == 0) {
      model.push_back(random());
      stack.push(model.back());
    } else if (model.empty()) {
      ASSERT_FALSE(stack.try_pop());
    } else {
      ASSERT_EQ(stack.try_pop(), model.back());
      model.pop_back();
    }
    ASSERT_EQ(stack.empty(), model.empty());
  }
}

// All pushes come before all pops, so what one thread pushed comes out in reverse order, whoever pops.
TYPED_TEST(StackConformance, ReversesTheOrderOfEachProducer) {
  constexpr std::size_t threads = 4;
  constexpr std::size_t values_a_thread = 1000;
  struct item {
    std::size_t producer;
    std::size_t number;
  };
  TypeParam domain(small_options());
  treiber_stack<item, TypeParam> stack(domain);
  start_barrier all_pushed(threads);

  run_threads(threads, [&](std::size_t thread) {
    for (std::size_t i = 0; i != values_a_thread; ++i) stack.push({thread, i});
    all_pushed.arrive_and_wait();
    std::vector<std::size_t> last(threads, values_a_thread);
    while (const auto popped = stack.try_pop()) {
      EXPECT_LT(popped->number, last[popped->producer]);
      last[popped->producer] = popped->number;
    }
  });

  EXPECT_TRUE(stack.empty());
}

}  // namespace
}  // namespace reclaim::tests
