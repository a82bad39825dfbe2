// The seam: its names, on whatever backend this is built with.

#include "reclaim/sync/sync.h"

#include <gtest/gtest.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <new>
#include <type_traits>

#include "tests/support/threads.h"

namespace reclaim::tests {
namespace {

TEST(Atomic, TakesOrdersByTheirShortNames) {
  sync::atomic<int> a{1};

  a.store(2, release);
  EXPECT_EQ(a.load(acquire), 2);
  EXPECT_EQ(a.exchange(3, acq_rel), 2);
  EXPECT_EQ(a.fetch_add(1, relaxed), 3);
  int expected = 4;
  EXPECT_TRUE(a.compare_exchange_strong(expected, 5, seq_cst, relaxed));
}

// The std backend would call libatomic for these.
#if defined(RECLAIM_BACKEND_BOOST) && !defined(RECLAIM_UNDER_TSAN)
struct alignas(16) two_words {
  std::uint64_t low;
  std::uint64_t high;
  friend bool operator==(const two_words&, const two_words&) = default;
};

TEST(BoostAtomic, HoldsTwoWords) {
  sync::atomic<two_words> a{two_words{1, 2}};
  two_words expected{1, 3};
  EXPECT_TRUE(a.is_lock_free());

  EXPECT_FALSE(a.compare_exchange_strong(expected, two_words{4, 5}, acq_rel, acquire));
  EXPECT_EQ(expected, (two_words{1, 2}));
  EXPECT_TRUE(a.compare_exchange_strong(expected, two_words{4, 5}, acq_rel, acquire));
  EXPECT_EQ(a.load(relaxed), (two_words{4, 5}));
}

// Two words of which one is always the complement of the other: a torn read or write would show.
TEST(BoostAtomic, NeverTearsTwoWords) {
  sync::atomic<two_words> a{two_words{0, ~std::uint64_t{0}}};

  run_threads(4, [&](std::size_t thread) {
    random_stream random(1, thread);
    for (int i = 0; i != 5000; ++i) {
      two_words seen = a.load(acquire);
      EXPECT_EQ(seen.low, ~seen.high);
      const std::uint64_t next = random();
      a.compare_exchange_strong(seen, two_words{next, ~next}, acq_rel, relaxed);
    }
  });
}
#endif

TEST(Plain, HoldsAValue) {
  sync::plain<int> p(1);
  EXPECT_EQ(p.get(), 1);

  p.set(2);

  EXPECT_EQ(p.get(), 2);
}

TEST(Padded, ShareNoCacheLine) {
  sync::padded<char> two[2];

  EXPECT_GE(reinterpret_cast<std::uintptr_t>(&two[1]) - reinterpret_cast<std::uintptr_t>(&two[0]), sync::cache_line);
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(&two[0]) % sync::cache_line, 0u);
}

// A pause in the thousands still is a moment, not a wait that doubles for ever.
TEST(Backoff, IsBounded) {
  const auto begin = std::chrono::steady_clock::now();
  sync::backoff backoff;

  for (int i = 0; i != 1000; ++i) backoff.pause();

  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(10));
}

TEST(Raise, ThrowsTheError) {
  EXPECT_THROW(sync::raise_bad_alloc(), std::bad_alloc);
  EXPECT_THROW(sync::raise(7, "seven"), int);
}

TEST(FailDeathTest, SaysOneLineAndAborts) { EXPECT_DEATH(sync::fail("so it is"), "^reclaim: so it is\n$"); }

TEST(CheckDeathTest, FailsOnlyWhenWhatItChecksDoesNotHold) {
  sync::check(true, "holds");
  if (!sync::checks_enabled) GTEST_SKIP();
  EXPECT_DEATH(sync::check(false, "does not hold"), "^reclaim: does not hold\n$");
}

}  // namespace
}  // namespace reclaim::tests
