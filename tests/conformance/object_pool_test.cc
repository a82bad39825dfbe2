// Laws of a pool of objects, over every domain.

#include "structures/pool.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "tests/support/counted.h"
#include "tests/support/schemes_under_test.h"
#include "tests/support/threads.h"

namespace reclaim::tests {
namespace {

using std::chrono_literals::operator""ms;

struct small_pages : slab_config {
  static constexpr std::size_t page_bytes = 256;
  static constexpr std::size_t most_at_hand = 4;
};

// A buffer whose life is counted.
struct buffer : counted {
  std::string text;
  int uses = 0;
  void clear() noexcept {
    text.clear();
    ++uses;
  }
};

template <class Domain>
class ObjectPool : public ::testing::Test {
 protected:
  using pool_type = pool<buffer, Domain, clears, small_pages>;
  using key_type = typename pool_type::key;

  void TearDown() override {
    EXPECT_EQ(births.faults(), 0u);
    EXPECT_EQ(births.living(), 0u);
  }

  census births;
};

TYPED_TEST_SUITE(ObjectPool, domains_under_test, domain_names);

TYPED_TEST(ObjectPool, UsesObjectsAgainWithTheirBuffers) {
  TypeParam domain(small_options());
  typename TestFixture::pool_type objects(domain);
  const char* before = nullptr;
  {
    auto mine = objects.try_claim();
    ASSERT_TRUE(mine);
    EXPECT_EQ(mine->uses, 0);
    mine->text.assign(1000, 'x');
    before = mine->text.data();
  }
  auto again = objects.try_claim();
  EXPECT_EQ(again->uses, 1);
  EXPECT_TRUE(again->text.empty());
  EXPECT_GE(again->text.capacity(), 1000u);
  EXPECT_EQ(again->text.data(), before);
  EXPECT_EQ(this->births.born(), 1u);
}

TYPED_TEST(ObjectPool, ShowsWhatIsPublishedUntilItIsRemoved) {
  TypeParam domain(small_options());
  typename TestFixture::pool_type objects(domain);
  auto mine = objects.try_claim();
  mine->text = "one";
  const auto k = mine.key();
  EXPECT_FALSE(objects.contains(k)) << "who claims an object has it alone";
  EXPECT_FALSE(objects.get(k));

  EXPECT_EQ(mine.publish(), k);

  EXPECT_FALSE(mine);
  {
    const auto found = objects.get(k);
    ASSERT_TRUE(found);
    EXPECT_TRUE(objects.remove(k));
    EXPECT_FALSE(objects.remove(k));
    EXPECT_FALSE(objects.contains(k));
    for (int i = 0; i != 50; ++i) objects.remove(objects.try_claim().publish());
    EXPECT_EQ(found->text, "one") << "an object was used again under its reader";
  }
  auto guard = domain.enter();
  auto shield = guard.shield();
  EXPECT_EQ(objects.get(k, shield), nullptr);
}

TYPED_TEST(ObjectPool, IsBoundedAndWaitsIfAsked) {
  if (!reclaims_early<TypeParam>) GTEST_SKIP() << "nothing comes back";
  TypeParam domain(small_options());
  typename TestFixture::pool_type objects(domain, {.capacity = 2});
  auto first = objects.try_claim();
  std::optional second(objects.try_claim());
  EXPECT_FALSE(objects.try_claim());
  EXPECT_FALSE(objects.claim_until(std::chrono::steady_clock::now() + 5ms));

  objects.remove(first.publish());
  EXPECT_TRUE(objects.claim_until(std::chrono::steady_clock::now() + 10'000ms)) << "what was removed comes back";

  auto third = objects.try_claim();
  std::thread other([&] {
    std::this_thread::sleep_for(5ms);
    second.reset();
  });
  EXPECT_TRUE(objects.claim_until(std::chrono::steady_clock::now() + 10'000ms));
  other.join();
  EXPECT_LE(this->births.born(), 2u);
}

TYPED_TEST(ObjectPool, IsAsItWasWhereAnObjectThrows) {
  static bool throws;
  throws = true;
  struct thrower {
    thrower() {
      if (throws) throw std::runtime_error("no");
    }
    void clear() const {
      if (throws) throw std::runtime_error("no");
    }
  };
  TypeParam domain(small_options());
  pool<thrower, TypeParam> objects(domain, {.capacity = 1});
  for (int i = 0; i != 10; ++i) EXPECT_THROW((void)objects.try_claim(), std::runtime_error);
  throws = false;
  EXPECT_TRUE(objects.try_claim());
  throws = true;
  EXPECT_THROW((void)objects.try_claim(), std::runtime_error);
  throws = false;
  EXPECT_TRUE(objects.try_claim());
  EXPECT_THROW((pool<thrower, TypeParam>(domain, {.capacity = 0})), std::invalid_argument);
}

TYPED_TEST(ObjectPool, EndsWhatItGivesBack) {
  TypeParam domain(small_options());
  typename TestFixture::pool_type objects(domain);
  {
    std::vector<typename TestFixture::pool_type::claimed> all;
    for (int i = 0; i != 500; ++i) all.push_back(objects.try_claim());
  }
  EXPECT_EQ(this->births.born(), 500u);
  EXPECT_GT(this->births.living(), 0u) << "a few pages are kept";
  objects.trim();
  EXPECT_EQ(this->births.living(), 0u);
  EXPECT_EQ(objects.try_claim()->uses, 0);
}

TYPED_TEST(ObjectPool, MayEndBeforeWhatWasRemovedFromIt) {
  TypeParam domain(small_options());
  {
    const auto guard = domain.enter();
    {
      typename TestFixture::pool_type objects(domain);
      for (int i = 0; i != 100; ++i) objects.remove(objects.try_claim().publish());
      for (int i = 0; i != 100; ++i) objects.try_claim().publish();
    }
  }
  domain.drain();
}

// Who reads an object finds what was published under its key, however often it is used again.
TYPED_TEST(ObjectPool, IsSoundUnderManyThreads) {
  constexpr std::size_t threads = 5;
  TypeParam domain(small_options());
  typename TestFixture::pool_type objects(domain);
  using key = typename TestFixture::key_type;
  std::vector<std::atomic<std::uint64_t>> board(16);

  run_disturbed_threads(threads, [&](std::size_t thread) {
    random_stream random(seed(), thread);
    for (int i = 0; i != 2000; ++i) {
      std::atomic<std::uint64_t>& place = board[random.below(board.size())];
      if (random.below(2) == 0) {
        const auto k = key::from_integer(place.load(std::memory_order_relaxed));
        if (!k) continue;
        if (const auto found = objects.get(*k)) {
          EXPECT_EQ(found->text, std::to_string(k->to_integer()));
        }
      } else {
        auto mine = objects.try_claim();
        EXPECT_TRUE(mine->text.empty());
        mine->text = std::to_string(mine.key().to_integer());
        if (random.below(4) == 0) continue;  // and gives it back
        const auto before = key::from_integer(place.exchange(mine.publish().to_integer(), std::memory_order_relaxed));
        if (before) objects.remove(*before);
        if (i % 100 == 0) objects.trim();
      }
    }
  });
}

}  // namespace
}  // namespace reclaim::tests
