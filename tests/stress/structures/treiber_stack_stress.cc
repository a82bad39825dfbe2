// The stack under more threads than there are cores: nothing lost, nothing doubled, nothing used after its end.

#include "structures/treiber_stack.h"

#include <gtest/gtest.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "tests/support/counted.h"
#include "tests/support/schemes_under_test.h"
#include "tests/support/threads.h"

namespace reclaim::tests {
namespace {

using std::chrono_literals::operator""ms;

constexpr std::uint64_t numbers_a_thread = std::uint64_t{1} << 40;

template <class Domain>
class TreiberStackStress : public ::testing::Test {};

TYPED_TEST_SUITE(TreiberStackStress, domains_under_test, domain_names);

// Values go round: a thread pushes what it popped as often as it makes a new one, so the same few addresses and
// values come to the top again and again, as ABA needs.
TYPED_TEST(TreiberStackStress, EightThreadsPushAndPop) {
  constexpr std::size_t threads = 8;
  const census births;
  {
    TypeParam domain(small_options());
    treiber_stack<counted, TypeParam> stack(domain);
    std::vector<std::uint64_t> made(threads);
    std::vector<std::vector<std::uint64_t>> kept(threads);
    const time_budget budget(700ms);

    run_disturbed_threads(threads, [&](std::size_t thread) {
      random_stream random(seed(), thread);
      while (!budget.is_over()) {
        std::optional<counted> popped = stack.try_pop();
        const std::uint64_t choice = random.below(4);
        if (popped && choice == 0) {
          kept[thread].push_back(popped->value());
        } else if (popped) {
          stack.push(std::move(*popped));
        }
        if (choice <= 1) stack.push(counted(thread * numbers_a_thread + made[thread]++));
      }
    });

    while (const std::optional<counted> left = stack.try_pop()) kept[0].push_back(left->value());
    std::vector<std::vector<unsigned>> times(threads);
    for (std::size_t t = 0; t != threads; ++t) times[t].resize(made[t]);
    for (const auto& values : kept) {
      for (const std::uint64_t value : values) ++times.at(value / numbers_a_thread).at(value % numbers_a_thread);
    }
    for (const auto& of_thread : times) {
      for (const unsigned n : of_thread) ASSERT_EQ(n, 1u);
    }
    if (reclaims_early<TypeParam>) {
      EXPECT_GT(domain.stats().reclaimed, 0u);
    }
  }
  EXPECT_EQ(births.living(), 0u);
  EXPECT_EQ(births.faults(), 0u);
}

}  // namespace
}  // namespace reclaim::tests
