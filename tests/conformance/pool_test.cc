// Laws of whatever values are put into and taken out of, in any order: the queues and treiber_stack, over every
// domain.

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "structures/mpmc_queue.h"
#include "structures/segmented_queue.h"
#include "structures/treiber_stack.h"
#include "tests/support/allocations.h"
#include "tests/support/counted.h"
#include "tests/support/schemes_under_test.h"
#include "tests/support/threads.h"

namespace reclaim::tests {
namespace {

template <class Domain>
struct queue_over {
  using domain_type = Domain;
  template <class T>
  using of = mpmc_queue<T, Domain>;
  static constexpr const char* name = "queue_";
};

template <class Domain>
struct segmented_over {
  using domain_type = Domain;
  template <class T>
  using of = segmented_queue<T, Domain, 1>;  // each value is a segment, as it is a node in the others
  static constexpr const char* name = "segmented_";
};

template <class Domain>
struct stack_over {
  using domain_type = Domain;
  template <class T>
  using of = treiber_stack<T, Domain>;
  static constexpr const char* name = "stack_";
};

template <class List>
struct every_pool;
template <class... Domains>
struct every_pool<type_list<Domains...>> {
  using type = ::testing::Types<queue_over<Domains>..., segmented_over<Domains>..., stack_over<Domains>...>;
};

struct pool_names {
  template <class Kind>
  static std::string GetName(int /*index*/) {
    return std::string(Kind::name) + Kind::domain_type::name;
  }
};

template <class Kind>
using domain_of = typename Kind::domain_type;

template <class Kind, class T>
using pool_of = typename Kind::template of<T>;

template <class Kind>
class PoolConformance : public ::testing::Test {
 protected:
  ~PoolConformance() override { EXPECT_EQ(births.faults(), 0u); }

  const census births;
};

TYPED_TEST_SUITE(PoolConformance, every_pool<all_domains>::type, pool_names);

TYPED_TEST(PoolConformance, IsEmptyUntilAPushAndAfterThePop) {
  domain_of<TypeParam> domain(small_options());
  pool_of<TypeParam, int> pool(domain);
  EXPECT_TRUE(pool.empty());
  EXPECT_EQ(pool.try_pop(), std::nullopt);

  pool.push(7);

  EXPECT_FALSE(pool.empty());
  EXPECT_EQ(pool.try_pop(), 7);
  EXPECT_TRUE(pool.empty());
  EXPECT_EQ(pool.try_pop(), std::nullopt);
}

TYPED_TEST(PoolConformance, CarriesValuesThatCannotBeCopied) {
  domain_of<TypeParam> domain(small_options());
  pool_of<TypeParam, std::unique_ptr<int>> pool(domain);

  pool.push(std::make_unique<int>(1));

  EXPECT_EQ(**pool.try_pop(), 1);
}

TYPED_TEST(PoolConformance, CarriesValuesOfWideAlignment) {
  struct alignas(256) wide {
    int value;
  };
  domain_of<TypeParam> domain(small_options());
  pool_of<TypeParam, wide> pool(domain);

  pool.push(wide{1});

  const std::optional<wide> popped = pool.try_pop();
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(&*popped) % 256, 0u);
  EXPECT_EQ(popped->value, 1);
}

TYPED_TEST(PoolConformance, MakesValuesInPlace) {
  domain_of<TypeParam> domain(small_options());
  pool_of<TypeParam, counted> pool(domain);

  pool.emplace(std::uint64_t{5});

  EXPECT_EQ(this->births.born(), 1u);
  EXPECT_EQ(pool.try_pop()->value(), 5u);
}

TYPED_TEST(PoolConformance, EndsAValueWhenItIsPopped) {
  domain_of<TypeParam> domain(small_options());
  pool_of<TypeParam, counted> pool(domain);
  for (std::uint64_t i = 0; i != 3; ++i) pool.push(counted(i));
  ASSERT_EQ(this->births.living(), 3u);

  for (std::size_t left = 3; left-- != 0;) {
    EXPECT_TRUE(pool.try_pop());

    EXPECT_EQ(this->births.living(), left);
  }
}

TYPED_TEST(PoolConformance, EndsTheValuesThatAreLeftInIt) {
  domain_of<TypeParam> domain(small_options());
  {
    pool_of<TypeParam, counted> pool(domain);
    for (std::uint64_t i = 0; i != 100; ++i) pool.push(counted(i));
    for (int i = 0; i != 30; ++i) EXPECT_TRUE(pool.try_pop());
  }
  EXPECT_EQ(this->births.living(), 0u);
}

TYPED_TEST(PoolConformance, GivesAllMemoryBack) {
  counting_resource resource;
  {
    domain_of<TypeParam> domain(small_options());
    pool_of<TypeParam, counted> pool(domain, &resource);
    for (std::uint64_t i = 0; i != 100; ++i) pool.push(counted(i));
    for (int i = 0; i != 30; ++i) EXPECT_TRUE(pool.try_pop());
    EXPECT_GE(resource.allocated(), 100u);
    EXPECT_GT(resource.bytes_out(), 0u);
  }
  EXPECT_EQ(resource.bytes_out(), 0u);
}

TYPED_TEST(PoolConformance, ReclaimsWhileItIsUsed) {
  domain_of<TypeParam> domain(small_options());
  pool_of<TypeParam, int> pool(domain);

  for (int i = 0; i != 10'000; ++i) {
    pool.push(i);
    EXPECT_EQ(pool.try_pop(), i);
  }

  EXPECT_GE(domain.stats().retired, 9'999u);  // a queue keeps one in hand
  if (reclaims_early<domain_of<TypeParam>>) {
    EXPECT_LT(domain.pending(), 100u);
  }
}

TYPED_TEST(PoolConformance, PopsWithoutAllocating) {
  if (!allocations_are_replaced()) GTEST_SKIP();
  domain_of<TypeParam> domain(small_options());
  pool_of<TypeParam, int> pool(domain);
  for (int i = 0; i != 1000; ++i) pool.push(i);
  EXPECT_TRUE(pool.try_pop());  // this thread has joined now
  const allocation_count allocations;

  while (pool.try_pop()) {
  }

  EXPECT_EQ(allocations.get(), 0u);
}

TYPED_TEST(PoolConformance, IsAsItWasWhenACopyThrows) {
  domain_of<TypeParam> domain(small_options());
  pool_of<TypeParam, throwing_copy> pool(domain);
  const throwing_copy value(1);
  pool.push(value);
  throwing_copy::refuse = true;

  EXPECT_THROW(pool.push(value), copy_refused);
  EXPECT_THROW((void)pool.try_push(value), copy_refused);

  throwing_copy::refuse = false;
  EXPECT_EQ(this->births.living(), 2u);
  EXPECT_TRUE(pool.try_pop());
  EXPECT_FALSE(pool.try_pop());
}

TYPED_TEST(PoolConformance, FreesTheNodeWhenACopyThrows) {
  counting_resource resource;
  domain_of<TypeParam> domain(small_options());
  pool_of<TypeParam, throwing_copy> pool(domain, &resource);
  const std::size_t before = resource.bytes_out();
  const throwing_copy value(1);
  throwing_copy::refuse = true;

  EXPECT_THROW(pool.push(value), copy_refused);

  throwing_copy::refuse = false;
  EXPECT_EQ(resource.bytes_out(), before);
}

TYPED_TEST(PoolConformance, IsAsItWasWhenMemoryIsExhausted) {
  if (!allocations_are_replaced()) GTEST_SKIP();
  domain_of<TypeParam> domain(small_options());
  pool_of<TypeParam, move_only> pool(domain);
  pool.push(move_only(1));
  move_only value(2);

  {
    const exhausted_memory nothing_left;
    EXPECT_THROW(pool.push(std::move(value)), std::bad_alloc);
    EXPECT_FALSE(pool.try_push(std::move(value)));
    EXPECT_FALSE(pool.try_emplace(std::uint64_t{3}));
  }

  EXPECT_EQ(value.value(), 2u);
  EXPECT_EQ(pool.try_pop()->value(), 1u);
  EXPECT_FALSE(pool.try_pop());
}

TYPED_TEST(PoolConformance, IsAsItWasWhenItsResourceRefuses) {
  counting_resource resource(2);
  domain_of<TypeParam> domain(small_options());
  pool_of<TypeParam, move_only> pool(domain, &resource);
  while (resource.allocated() != 2) pool.push(move_only(1));
  move_only value(2);

  EXPECT_THROW(pool.push(std::move(value)), std::bad_alloc);

  EXPECT_EQ(value.value(), 2u);
}

TYPED_TEST(PoolConformance, MayBeDestroyedInADeleter) {
  using pool = pool_of<TypeParam, counted>;
  {
    domain_of<TypeParam> domain(small_options());
    for (int i = 0; i != 20; ++i) {
      auto* const doomed = new pool(domain);
      for (std::uint64_t value = 0; value != 20; ++value) doomed->push(counted(value));
      EXPECT_TRUE(doomed->try_pop());
      domain.retire(doomed);
    }
    domain.drain();
    EXPECT_EQ(this->births.living(), reclaims_early<domain_of<TypeParam>> ? 0u : 20u * 19u);
  }
  EXPECT_EQ(this->births.living(), 0u);
}

TYPED_TEST(PoolConformance, MayHoldPools) {
  using pool = pool_of<TypeParam, counted>;
  domain_of<TypeParam> domain(small_options());
  {
    pool_of<TypeParam, std::unique_ptr<pool>> pools(domain);
    for (int i = 0; i != 10; ++i) {
      auto inner = std::make_unique<pool>(domain);
      inner->push(counted(1));
      pools.push(std::move(inner));
    }
    EXPECT_EQ((*pools.try_pop())->try_pop()->value(), 1u);
    EXPECT_EQ(this->births.living(), 9u);
  }
  EXPECT_EQ(this->births.living(), 0u);
}

TYPED_TEST(PoolConformance, LosesAndDoublesNothingAmongFourThreads) {
  constexpr std::size_t values_a_thread = 2000;
  domain_of<TypeParam> domain(small_options());
  pool_of<TypeParam, counted> pool(domain);
  std::vector<std::atomic<int>> popped(4 * values_a_thread);

  run_threads(4, [&](std::size_t thread) {
    for (std::size_t i = 0; i != values_a_thread; ++i) {
      pool.push(counted(thread * values_a_thread + i));
      std::optional<counted> value;
      while (!(value = pool.try_pop())) {
      }
      ++popped[value->value()];
    }
  });

  EXPECT_TRUE(pool.empty());
  for (const std::atomic<int>& times : popped) ASSERT_EQ(times, 1);
  EXPECT_EQ(this->births.living(), 0u);
}

}  // namespace
}  // namespace reclaim::tests
