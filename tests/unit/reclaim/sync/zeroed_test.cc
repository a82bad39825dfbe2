#include <gtest/gtest.h>

#include <sys/mman.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <vector>

#include "reclaim/sync/sync.h"

namespace reclaim::tests {
namespace {

constexpr std::size_t small = 100;        // numbers: of the heap
constexpr std::size_t large = 1u << 20u;  // of the system

bool is_resident(const std::uint64_t* at) {
  unsigned char is = 0;
  const auto page = static_cast<std::uintptr_t>(sysconf(_SC_PAGESIZE));
  EXPECT_EQ(mincore(reinterpret_cast<void*>(reinterpret_cast<std::uintptr_t>(at) / page * page), page, &is), 0);
  return (is & 1) != 0;
}

TEST(Zeroed, BeginsWithZerosAtALine) {
  for (const std::size_t n : {std::size_t(1), small, large}) {
    auto* const numbers = sync::make_zeroed<std::uint64_t>(n);
    ASSERT_NE(numbers, nullptr);
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(numbers) % 64, 0u);
    for (std::size_t i = 0; i < n; i += 13) ASSERT_EQ(numbers[i], 0u);
    numbers[n - 1] = 1;
    sync::end_zeroed(numbers, n);
  }
  sync::end_zeroed<std::uint64_t>(nullptr, small);
}

TEST(Zeroed, IsNullWhereThereIsNoMemory) {
  constexpr std::size_t too_many = ~std::size_t(0) / (sizeof(std::size_t) == 8 ? 1 << 14 : 2);
  EXPECT_EQ(sync::make_zeroed<std::uint64_t>(too_many), nullptr);
  EXPECT_EQ(sync::make_zeroed<std::uint64_t>(~std::size_t(0) / 4), nullptr);  // its size in bytes is no size_t
}

TEST(Zeroed, GivesPartsBackAsZeros) {
  for (const std::size_t n : {small, large}) {
    auto* const numbers = sync::make_zeroed<std::uint64_t>(n);
    for (std::size_t i = 0; i != n; ++i) numbers[i] = i + 1;

    std::vector<const std::uint64_t*> forgotten;
    const std::size_t first = n / 4 + 1;
    const std::size_t count = n / 2 + 5;
    sync::give_back(numbers, n, first, count, [&](std::uint64_t& number) {
      forgotten.push_back(&number);
      number = 0;
    });

    for (std::size_t i = 0; i != n; ++i) {
      const bool is_given = i >= first && i < first + count;
      ASSERT_EQ(numbers[i], is_given ? 0 : i + 1) << i;
    }
    if (n == small) {
      EXPECT_EQ(forgotten.size(), count);
    }
    if (n == large) {
      EXPECT_LT(forgotten.size(), 2 * static_cast<std::size_t>(sysconf(_SC_PAGESIZE)) / sizeof(std::uint64_t));
    }
    sync::end_zeroed(numbers, n);
  }
}

TEST(Zeroed, TouchesNoMoreThanIsUsedAndGivesItToTheSystem) {
  auto* const numbers = sync::make_zeroed<std::uint64_t>(large);
  const std::uint64_t* const far = numbers + large - 1;
  EXPECT_FALSE(is_resident(far));
  numbers[large - 1] = 1;
  EXPECT_TRUE(is_resident(far));

  sync::give_back(numbers, large, large / 2, large / 2, [](std::uint64_t& number) { number = 0; });

  EXPECT_FALSE(is_resident(far));
  sync::end_zeroed(numbers, large);
}

}  // namespace
}  // namespace reclaim::tests
