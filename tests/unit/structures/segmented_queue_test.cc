// What is special to the queue of segments.  Its laws as a queue: tests/conformance.

#include "structures/segmented_queue.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <type_traits>
#include <utility>

#include "reclaim/schemes/epoch.h"
#include "reclaim/schemes/hazard.h"
#include "tests/support/allocations.h"
#include "tests/support/counted.h"

namespace reclaim::tests {
namespace {

template <class T, std::size_t Cells = 4>
using epoch_queue = segmented_queue<T, epoch_domain, Cells>;

template <class Queue, class T>
concept takes = requires(Queue& queue, T&& value) { queue.push(std::forward<T>(value)); };

static_assert(!std::is_copy_constructible_v<epoch_queue<int>> && !std::is_move_constructible_v<epoch_queue<int>>);
static_assert(takes<epoch_queue<move_only>, move_only> && !takes<epoch_queue<move_only>, const move_only&>);
static_assert(noexcept(std::declval<epoch_queue<counted>&>().try_pop()));
static_assert(noexcept(std::declval<const epoch_queue<counted>&>().empty()));

// Pops from its queue while it is made, and so comes to its own cell before itself.
struct late : counted {
  late(epoch_queue<late, 1>& queue, std::uint64_t number) noexcept : counted(number) { pop_from(&queue); }
  late(late&& other) noexcept : counted(std::move(other)) { pop_from(std::exchange(other.next_pop, nullptr)); }

  static void pop_from(epoch_queue<late, 1>* queue) noexcept {
    if (queue == nullptr) return;
    EXPECT_FALSE(queue->try_pop());
  }

  epoch_queue<late, 1>* next_pop = nullptr;  // by the next move, once
};

TEST(SegmentedQueue, TakesAFewPagesASegment) {
  counting_resource resource;
  epoch_domain domain;
  const segmented_queue<std::uint64_t, epoch_domain> queue(domain, &resource);

  EXPECT_LE(resource.bytes_out(), 9 * 1024u);
}

TEST(SegmentedQueue, AllocatesOnceASegment) {
  counting_resource resource;
  epoch_domain domain;
  epoch_queue<int> queue(domain, &resource);

  for (int i = 0; i != 4; ++i) queue.push(i);
  EXPECT_EQ(resource.allocated(), 1u);

  for (int i = 0; i != 4; ++i) queue.push(i);
  EXPECT_EQ(resource.allocated(), 2u);
}

TEST(SegmentedQueue, RetiresASegmentOnceItsNumbersAreUsedUp) {
  hazard_domain domain;
  segmented_queue<counted, hazard_domain, 4> queue(domain);
  for (std::uint64_t i = 0; i != 9; ++i) queue.push(counted(i));

  for (std::uint64_t i = 0; i != 9; ++i) EXPECT_EQ(queue.try_pop()->value(), i);

  EXPECT_EQ(domain.stats().retired, 2u);
}

TEST(SegmentedQueue, AnEmptyPopUsesUpNothing) {
  counting_resource resource;
  epoch_domain domain;
  epoch_queue<int> queue(domain, &resource);
  for (int i = 0; i != 100; ++i) EXPECT_FALSE(queue.try_pop());

  for (int i = 0; i != 4; ++i) queue.push(i);

  EXPECT_EQ(resource.allocated(), 1u);
  EXPECT_EQ(domain.stats().retired, 0u);
}

TEST(SegmentedQueue, IsEmptyBetweenTwoSegments) {
  epoch_domain domain;
  epoch_queue<int, 1> queue(domain);
  queue.push(1);
  queue.push(2);

  EXPECT_EQ(queue.try_pop(), 1);
  EXPECT_FALSE(queue.empty());
  EXPECT_EQ(queue.try_pop(), 2);
  EXPECT_TRUE(queue.empty());
}

TEST(SegmentedQueue, EndsWhatIsLeftInSeveralSegments) {
  const census births;
  {
    epoch_domain domain;
    epoch_queue<counted> queue(domain);
    for (std::uint64_t i = 0; i != 11; ++i) queue.push(counted(i));
    for (int i = 0; i != 6; ++i) EXPECT_TRUE(queue.try_pop());
  }
  EXPECT_EQ(births.living(), 0u);
}

TEST(SegmentedQueue, PutsAValueElsewhereWhenAPopWasFirst) {
  const census births;
  {
    epoch_domain domain;
    epoch_queue<late, 1> queue(domain);

    for (std::uint64_t i = 0; i != 5; ++i) {
      queue.emplace(queue, i);

      EXPECT_EQ(queue.try_pop()->value(), i);
      EXPECT_FALSE(queue.try_pop());
    }
  }
  EXPECT_EQ(births.living(), 0u);
  EXPECT_EQ(births.faults(), 0u);
}

TEST(SegmentedQueue, GivesTheValueBackWhenAPopWasFirstAndMemoryIsExhausted) {
  if (!allocations_are_replaced()) GTEST_SKIP();
  const census births;
  {
    epoch_domain domain;
    epoch_queue<late, 1> queue(domain);
    EXPECT_FALSE(queue.try_pop());  // this thread has joined now
    epoch_queue<late, 1> other(domain);
    late value(other, 7);
    value.next_pop = &queue;

    {
      const exhausted_memory nothing_left;
      EXPECT_FALSE(queue.try_push(std::move(value)));
    }

    EXPECT_EQ(value.value(), 7u);
    EXPECT_FALSE(queue.try_pop());
    queue.push(std::move(value));
    EXPECT_EQ(queue.try_pop()->value(), 7u);
  }
  EXPECT_EQ(births.living(), 0u);
}

TEST(SegmentedQueue, GivesTheValueBackWhenAPopWasFirstAndItsResourceRefuses) {
  counting_resource resource(1);
  epoch_domain domain;
  epoch_queue<late, 1> queue(domain, &resource);
  epoch_queue<late, 1> other(domain);
  late value(other, 7);
  value.next_pop = &queue;

  EXPECT_THROW(queue.push(std::move(value)), std::bad_alloc);

  EXPECT_EQ(value.value(), 7u);
  EXPECT_TRUE(queue.empty());
}

TEST(SegmentedQueue, GoesOnAfterAConstructorHasThrown) {
  epoch_domain domain;
  epoch_queue<throwing_copy> queue(domain);
  const throwing_copy value(1);
  queue.push(value);
  throwing_copy::refuse = true;
  for (int i = 0; i != 6; ++i) {
    EXPECT_THROW(queue.push(value), copy_refused);
  }
  throwing_copy::refuse = false;
  queue.push(throwing_copy(2));

  EXPECT_EQ(queue.try_pop()->value(), 1u);
  EXPECT_EQ(queue.try_pop()->value(), 2u);
  EXPECT_FALSE(queue.try_pop());
}

// The value ends under the guard of the pop, and what it pushes goes behind.
TEST(SegmentedQueue, MayBeUsedByTheDestructorsOfItsValues) {
  struct echo {
    explicit echo(segmented_queue<echo, hazard_domain, 1>* to) noexcept : queue(to) {}
    echo(echo&& other) noexcept : queue(std::exchange(other.queue, nullptr)) {}
    ~echo() {
      if (queue != nullptr) queue->emplace(nullptr);
    }
    segmented_queue<echo, hazard_domain, 1>* queue;
  };
  hazard_domain domain;
  segmented_queue<echo, hazard_domain, 1> queue(domain);
  queue.emplace(&queue);

  EXPECT_TRUE(queue.try_pop());

  EXPECT_FALSE(queue.empty());
}

TEST(SegmentedQueue, NamesItsDomain) {
  epoch_domain domain;
  const epoch_queue<int> queue(domain);

  EXPECT_EQ(&queue.domain(), &domain);
}

}  // namespace
}  // namespace reclaim::tests
