// Laws of who looks at a domain, and need not retire anything there: stalls(), stats(), drain_for().

#include <gtest/gtest.h>

#include <chrono>
#include <cstddef>
#include <thread>

#include "tests/support/census_test.h"
#include "tests/support/counted.h"
#include "tests/support/published.h"
#include "tests/support/schemes_under_test.h"

namespace reclaim::tests {
namespace {

using std::chrono_literals::operator""ns;

template <class Domain>
class WatchingConformance : public CensusTest {};
TYPED_TEST_SUITE(WatchingConformance, domains_under_test, domain_names);

// A look adopts what ended threads have left; it must not keep what it finds to be free.
TYPED_TEST(WatchingConformance, WhoWatchesThreadsThatComeAndGoKeepsNothing) {
  constexpr std::size_t a_thread = 300;
  constexpr std::size_t threads = 500;
  TypeParam domain;
  for (std::size_t i = 0; i != threads; ++i) {
    std::thread([&] {
      for (std::size_t k = 0; k != a_thread; ++k) domain.retire(new node<TypeParam>);
    }).join();
    domain.stalls(0ns);
  }
  if (reclaims_early<TypeParam>) {
    EXPECT_LT(this->births.living(), threads * a_thread / 4);
  }
}

TYPED_TEST(WatchingConformance, WhileNothingWaitsNobodyIsInTheWay) {
  TypeParam domain(small_options());
  source<TypeParam> src{new node<TypeParam>};
  {
    auto guard = domain.enter();
    auto shield = guard.shield();
    shield.protect(src);
    std::thread([&] {
      for (int i = 0; i != 5; ++i) EXPECT_TRUE(domain.stalls(0ns).empty());
    }).join();
  }
  delete src.load(relaxed);
}

// Each is estimated from what ran before; none may fall below the last.
TYPED_TEST(WatchingConformance, TheTimeInDeletersNeverFalls) {
  TypeParam domain(small_options());
  auto last = domain.stats().deleter_time;
  for (int i = 0; i != 5000; ++i) {
    const bool is_slow = i % 1000 == 0;
    domain.retire(new node<TypeParam>, [is_slow](node<TypeParam>* n) noexcept {
      if (is_slow) std::this_thread::sleep_for(std::chrono::milliseconds(1));
      delete n;
    });
    const auto now = domain.stats().deleter_time;
    ASSERT_GE(now, last) << "after " << i;
    last = now;
  }
  domain.drain();
  if (reclaims_early<TypeParam>) {
    EXPECT_GT(domain.stats().deleter_time, 0ns);
  }
}

TYPED_TEST(WatchingConformance, TheLongestDurationLiesInTheFuture) {
  TypeParam domain(small_options());
  EXPECT_TRUE(domain.drain_for(std::chrono::nanoseconds::max()).is_done());
  source<TypeParam> src{new node<TypeParam>};
  std::thread reader;
  sync::atomic<bool> is_inside{false};
  if (reclaims_early<TypeParam>) {
    reader = std::thread([&] {
      auto guard = domain.enter();
      auto shield = guard.shield();
      shield.protect(src);
      is_inside.store(true, release);
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    });
    while (!is_inside.load(acquire)) std::this_thread::yield();
  }
  unpublish(domain, src);
  const drain_result result = domain.drain_for(std::chrono::nanoseconds::max());
  if (reclaims_early<TypeParam>) {
    EXPECT_TRUE(result.is_done()) << "it did not wait";
    reader.join();
  } else {
    EXPECT_EQ(result.left.objects, 1u);
  }
}

}  // namespace
}  // namespace reclaim::tests
