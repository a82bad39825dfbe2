// What is special to the queue of Michael and Scott.  Its laws as a queue: tests/conformance.

#include "structures/mpmc_queue.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <type_traits>

#include "reclaim/schemes/epoch.h"
#include "reclaim/schemes/hazard.h"
#include "tests/support/allocations.h"
#include "tests/support/counted.h"

namespace reclaim::tests {
namespace {

template <class T>
using epoch_queue = mpmc_queue<T, epoch_domain>;

template <class Queue, class T>
concept takes = requires(Queue& queue, T&& value) { queue.push(std::forward<T>(value)); };

static_assert(!std::is_copy_constructible_v<epoch_queue<int>> && !std::is_move_constructible_v<epoch_queue<int>>);
static_assert(takes<epoch_queue<move_only>, move_only> && !takes<epoch_queue<move_only>, const move_only&>);
static_assert(noexcept(std::declval<epoch_queue<counted>&>().try_pop()));
static_assert(noexcept(std::declval<const epoch_queue<counted>&>().empty()));

TEST(MpmcQueue, KeepsItsEndsOnLinesOfTheirOwn) {
  EXPECT_GE(sizeof(epoch_queue<int>), 3 * sync::cache_line);
  EXPECT_EQ(alignof(epoch_queue<int>), sync::cache_line);
}

TEST(MpmcQueue, PaysAHookAndALinkBesideEachValue) {
  counting_resource resource;
  epoch_domain domain;
  epoch_queue<std::uint64_t> queue(domain, &resource);
  const std::size_t before = resource.bytes_out();

  queue.push(1);

  const std::size_t resource_word = sizeof(void*);
  EXPECT_EQ(resource.bytes_out() - before, sizeof(epoch_domain::hook) + sizeof(void*) + sizeof(std::uint64_t) + resource_word);
}

TEST(MpmcQueue, PaysForAResourceOnlyWithAResource) {
  if (!allocations_are_replaced()) GTEST_SKIP();
  epoch_domain domain;
  epoch_queue<std::uint64_t> queue(domain);

  queue.push(1);

  EXPECT_EQ(size_of_last_allocation(), sizeof(epoch_domain::hook) + sizeof(void*) + sizeof(std::uint64_t));
}

// The node of a popped value goes on as the dummy, with no value in it.
TEST(MpmcQueue, RetiresTheNodeBeforeTheOnePopped) {
  hazard_domain domain;
  mpmc_queue<counted, hazard_domain> queue(domain);
  for (std::uint64_t i = 0; i != 3; ++i) queue.push(counted(i));

  for (std::uint64_t i = 0; i != 3; ++i) EXPECT_EQ(queue.try_pop()->value(), i);

  EXPECT_EQ(domain.stats().retired, 3u);
}

TEST(MpmcQueue, AnEmptyPopRetiresNothing) {
  epoch_domain domain;
  epoch_queue<int> queue(domain);

  EXPECT_FALSE(queue.try_pop());

  EXPECT_EQ(domain.stats().retired, 0u);
}

// The value ends before the node is retired, so that a destructor may use the queue.
TEST(MpmcQueue, MayBeUsedByTheDestructorsOfItsValues) {
  struct echo {
    explicit echo(mpmc_queue<echo, hazard_domain>* to) noexcept : queue(to) {}
    echo(echo&& other) noexcept : queue(std::exchange(other.queue, nullptr)) {}
    ~echo() {
      if (queue != nullptr) queue->emplace(nullptr);
    }
    mpmc_queue<echo, hazard_domain>* queue;
  };
  hazard_domain domain;
  mpmc_queue<echo, hazard_domain> queue(domain);
  queue.emplace(&queue);

  EXPECT_TRUE(queue.try_pop());

  EXPECT_FALSE(queue.empty());
}

TEST(MpmcQueue, NamesItsDomain) {
  epoch_domain domain;
  const epoch_queue<int> queue(domain);

  EXPECT_EQ(&queue.domain(), &domain);
}

}  // namespace
}  // namespace reclaim::tests
