// What is special to the stack of Treiber.  Its laws as a stack: tests/conformance.

#include "structures/treiber_stack.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "reclaim/schemes/epoch.h"
#include "reclaim/schemes/hazard.h"
#include "tests/support/allocations.h"
#include "tests/support/counted.h"

namespace reclaim::tests {
namespace {

template <class T>
using epoch_stack = treiber_stack<T, epoch_domain>;

template <class Stack, class T>
concept takes = requires(Stack& stack, T&& value) { stack.push(std::forward<T>(value)); };

static_assert(!std::is_copy_constructible_v<epoch_stack<int>> && !std::is_move_constructible_v<epoch_stack<int>>);
static_assert(takes<epoch_stack<move_only>, move_only> && !takes<epoch_stack<move_only>, const move_only&>);
static_assert(std::is_nothrow_constructible_v<epoch_stack<int>, epoch_domain&>);
static_assert(noexcept(std::declval<epoch_stack<counted>&>().try_pop()));

TEST(TreiberStack, AllocatesNothingBeforeItsFirstPush) {
  counting_resource resource;
  epoch_domain domain;

  const epoch_stack<int> stack(domain, &resource);

  EXPECT_TRUE(stack.empty());
  EXPECT_EQ(resource.allocated(), 0u);
}

TEST(TreiberStack, PaysAHookAndALinkBesideEachValue) {
  if (!allocations_are_replaced()) GTEST_SKIP();
  epoch_domain domain;
  epoch_stack<std::uint64_t> stack(domain);

  stack.push(1);

  EXPECT_EQ(size_of_last_allocation(), sizeof(epoch_domain::hook) + sizeof(void*) + sizeof(std::uint64_t));
}

TEST(TreiberStack, RetiresTheNodeOfEachValuePopped) {
  hazard_domain domain;
  treiber_stack<counted, hazard_domain> stack(domain);
  for (std::uint64_t i = 0; i != 3; ++i) stack.push(counted(i));

  while (stack.try_pop()) {
  }

  EXPECT_EQ(domain.stats().retired, 3u);
}

TEST(TreiberStack, AnEmptyPopRetiresNothing) {
  epoch_domain domain;
  epoch_stack<int> stack(domain);

  EXPECT_FALSE(stack.try_pop());

  EXPECT_EQ(domain.stats().retired, 0u);
}

// A destructor that recursed from node to node would overflow the call stack.
TEST(TreiberStack, EndsAMillionValuesWithoutRecursion) {
  epoch_domain domain;
  epoch_stack<int> stack(domain);

  for (int i = 0; i != 1'000'000; ++i) stack.push(i);
}

}  // namespace
}  // namespace reclaim::tests
