// A kernel, or a sandbox, that refuses membarrier: from the start, and in the midst of everything.

#include <gtest/gtest.h>

#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstddef>
#include <cstdlib>
#include <string_view>
#include <thread>
#include <vector>

#include "tests/faults/faults.h"
#include "tests/support/threads.h"

namespace reclaim::tests {
namespace {

using std::chrono_literals::operator""ms;

template <class Domain>
class Membarrier : public ::testing::Test {};
TYPED_TEST_SUITE(Membarrier, domains_under_test, domain_names);

// Readers that check what they read, and writers that replace it.
template <class Domain>
class traffic {
 public:
  explicit traffic(Domain& domain) : domain_(domain) {
    for (int t = 0; t != 2; ++t) {
      threads_.emplace_back([this] {
        for (int i = 0; !is_over_; ++i) {
          if (i < 20'000) replace(domain_, src_, 1);
          EXPECT_EQ(read(domain_, src_), 1u);
          if (i % 1000 == 0) domain_.drain();
        }
      });
    }
  }
  ~traffic() {
    is_over_ = true;
    for (std::thread& t : threads_) t.join();
    unpublish(domain_, src_);
  }

 private:
  Domain& domain_;
  source<Domain> src_{new node<Domain>(1)};
  std::atomic<bool> is_over_{false};
  std::vector<std::thread> threads_;
};

TYPED_TEST(Membarrier, RefusedFromTheStartTakesNothingAway) {
  for (const int error : {EPERM, ENOSYS}) {
    expect_in_child([&] {
      ASSERT_TRUE(refuse_membarrier(error));
      TypeParam domain(small_options());
      source<TypeParam> src{new node<TypeParam>(1)};
      ASSERT_EQ(sync::ensure_fence_mode(), sync::symmetric);
      {
        const traffic<TypeParam> others(domain);
        auto guard = domain.enter();
        auto shield = guard.shield();
        node<TypeParam>* const n = shield.protect(src);
        unpublish(domain, src);
        std::this_thread::sleep_for(30ms);
        EXPECT_EQ(n->value.value(), 1u);
      }
      expect_drained(domain);
      EXPECT_EQ(domain.stats().heavy_failures, 0u);
    });
  }
}

bool is_switched_off() {
  const char* const wish = std::getenv("RECLAIM_MEMBARRIER");
  return wish != nullptr && std::string_view(wish) == "off";
}

TYPED_TEST(Membarrier, RefusedAmidEverythingLetsGarbageWaitForTheDomainsEnd) {
  if (is_switched_off()) GTEST_SKIP() << "RECLAIM_MEMBARRIER=off";
  for (const int error : {EPERM, ENOSYS}) {
    expect_in_child([&] {
      TypeParam domain(small_options());
      source<TypeParam> src{new node<TypeParam>(1)};
      if (sync::ensure_fence_mode() != sync::asymmetric) GTEST_SKIP() << "the kernel has refused before";
      {
        const traffic<TypeParam> others(domain);
        std::this_thread::sleep_for(10ms);
        auto guard = domain.enter();
        auto shield = guard.shield();
        node<TypeParam>* const n = shield.protect(src);
        unpublish(domain, src);

        ASSERT_TRUE(refuse_membarrier(error));  // for all threads

        std::this_thread::sleep_for(20ms);
        EXPECT_EQ(n->value.value(), 1u);
      }
      const std::size_t reclaimed = domain.stats().reclaimed;
      const std::size_t failures = domain.stats().heavy_failures;
      for (int i = 0; i != 3; ++i) {
        retire_new(domain, 100);
        domain.drain();
      }
      if (reclaims_early<TypeParam>) {
        EXPECT_GT(domain.stats().heavy_failures, failures);
      }
      EXPECT_LE(domain.stats().reclaimed, reclaimed + 300);  // what had expired before
      EXPECT_GE(domain.pending(), 300u);
    });
  }
}

}  // namespace
}  // namespace reclaim::tests
