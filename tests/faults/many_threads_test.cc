// More threads at once than tables expect, and many more one after the other.

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <thread>
#include <vector>

#include "tests/faults/faults.h"
#include "tests/faults/memory.h"
#include "tests/support/threads.h"

namespace reclaim::tests {
namespace {

template <class Domain>
class ManyThreads : public ::testing::Test {};
TYPED_TEST_SUITE(ManyThreads, domains_under_test, domain_names);

#if defined(RECLAIM_UNDER_TSAN)
constexpr std::size_t at_once = 128;  // each costs ThreadSanitizer megabytes
constexpr int one_by_one = 1024;
#else
constexpr std::size_t at_once = 1024;
constexpr int one_by_one = is_sanitized ? 8192 : 65536;
#endif

// Twice: the second time each has the place of one that has ended.
TYPED_TEST(ManyThreads, AThousandAtOnceAreProtectedAndLoseNothing) {
  expect_in_child([] {
    TypeParam domain(small_options());
    for (int wave = 0; wave != 2; ++wave) {
      source<TypeParam> src{new node<TypeParam>(7)};
      start_barrier step(at_once);
      std::vector<std::size_t> indices(at_once);
      run_threads(at_once, [&](std::size_t thread) {
        {
          auto guard = domain.enter();
          auto shield = guard.shield();
          node<TypeParam>* const n = shield.protect(src);
          step.arrive_and_wait();
          if (thread == at_once / 2) unpublish(domain, src);
          for (int i = 0; i != 10; ++i) guard.retire(new node<TypeParam>);
          if (thread % 100 == 0) domain.drain();
          step.arrive_and_wait();
          EXPECT_EQ(n->value.value(), 7u);
        }
        retire_new(domain, 10);
        indices[thread] = sync::thread_index();
      });

      EXPECT_LE(*std::max_element(indices.begin(), indices.end()), at_once);
      EXPECT_EQ(domain.stats().retired, (wave + 1) * (at_once * 20 + 1));
      expect_drained(domain);
    }
  });
}

TYPED_TEST(ManyThreads, SixtyFiveThousandOneByOneLeaveNoTrace) {
  expect_in_child([] {
    const int times = reclaims_early<TypeParam> ? one_by_one : one_by_one / 16;
    TypeParam domain(small_options());
    source<TypeParam> src{new node<TypeParam>(1)};
    std::size_t most_pending = 0, highest = 0, before = 0;
    for (int i = 0; i != times; ++i) {
      std::thread([&] {
        replace(domain, src, 1);
        if (i % 2 == 0) retire_new(domain, 2);
        highest = std::max(highest, sync::thread_index());
      }).join();
      if (i == times / 16) before = resident_bytes();
      if (i % 64 == 0) most_pending = std::max(most_pending, domain.pending());
    }

    EXPECT_LT(highest, 3u);
    EXPECT_EQ(domain.stats().retired, static_cast<std::size_t>(times) * 2);
    if (reclaims_early<TypeParam>) {
      EXPECT_LT(most_pending, 200u);
      if (!is_sanitized) {
        EXPECT_LT(resident_bytes(), before + (std::size_t{2} << 20));
      }
    }
    unpublish(domain, src);
    expect_drained(domain);
  });
}

}  // namespace
}  // namespace reclaim::tests
