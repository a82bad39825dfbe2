// Laws of a slab, over every domain.

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <thread>
#include <unordered_map>
#include <utility>
#include <vector>

#include "structures/sharded_slab.h"
#include "tests/support/counted.h"
#include "tests/support/schemes_under_test.h"
#include "tests/support/threads.h"

namespace reclaim::tests {
namespace {

// Small pages of which little lies at hand, so that they come and go.
struct small_pages : slab_config {
  static constexpr std::size_t page_bytes = 256;
  static constexpr std::size_t most_at_hand = 4;
};

template <class Domain>
class SlabConformance : public ::testing::Test {
 protected:
  using slab_type = sharded_slab<counted, Domain, small_pages>;
  using key_type = typename slab_type::key;

  void TearDown() override {
    EXPECT_EQ(births.faults(), 0u);
    EXPECT_EQ(births.living(), 0u);
  }

  census births;
};

TYPED_TEST_SUITE(SlabConformance, domains_under_test, domain_names);

TYPED_TEST(SlabConformance, FindsWhatWasInserted) {
  TypeParam domain(small_options());
  typename TestFixture::slab_type slab(domain);
  std::vector<typename TestFixture::key_type> keys;
  for (std::uint64_t i = 0; i != 1000; ++i) keys.push_back(slab.insert(counted(i)).value());

  EXPECT_EQ(slab.size(), 1000u);
  EXPECT_EQ(std::set(keys.begin(), keys.end()).size(), keys.size());
  for (std::uint64_t i = 0; i != 1000; ++i) {
    EXPECT_TRUE(slab.contains(keys[i]));
    const auto found = slab.get(keys[i]);
    ASSERT_TRUE(found);
    EXPECT_EQ(found->value(), i);
    EXPECT_EQ((*found).value(), i);
    EXPECT_TRUE(slab.visit(keys[i], [&](counted& value) { EXPECT_EQ(value.value(), i); }));
    auto guard = domain.enter();
    auto shield = guard.shield();
    EXPECT_EQ(slab.get(keys[i], shield)->value(), i);
    EXPECT_EQ(std::as_const(slab).get(keys[i], shield)->value(), i);
  }
}

TYPED_TEST(SlabConformance, RefusesKeysOfWhatWasRemoved) {
  TypeParam domain(small_options());
  typename TestFixture::slab_type slab(domain);
  std::vector<typename TestFixture::key_type> stale;
  for (int round = 0; round != 50; ++round) {
    std::vector<typename TestFixture::key_type> keys;
    for (std::uint64_t i = 0; i != 40; ++i) keys.push_back(slab.emplace(i).value());
    for (const auto k : keys) {
      EXPECT_TRUE(slab.remove(k));
      EXPECT_FALSE(slab.remove(k));
    }
    stale.insert(stale.end(), keys.begin(), keys.end());
    if (round % 7 == 0) slab.trim();
    for (const auto k : stale) {
      ASSERT_FALSE(slab.contains(k));
      ASSERT_FALSE(slab.get(k));
      ASSERT_FALSE(slab.own(k));
      ASSERT_FALSE(slab.take(k));
      ASSERT_FALSE(slab.take_value(k));
      ASSERT_FALSE(slab.visit(k, [](counted&) {}));
    }
  }
  EXPECT_EQ(std::set(stale.begin(), stale.end()).size(), stale.size());
  EXPECT_TRUE(slab.empty());
}

TYPED_TEST(SlabConformance, RefusesKeysThatItNeverGave) {
  TypeParam domain(small_options());
  typename TestFixture::slab_type slab(domain);
  using key = typename TestFixture::key_type;
  EXPECT_FALSE(slab.contains(key()));
  EXPECT_FALSE(slab.remove(key()));
  const key k = slab.emplace(1u).value();
  EXPECT_FALSE(slab.contains(key()));
  EXPECT_FALSE(key());
  EXPECT_TRUE(k);
  random_stream random(seed());
  for (int i = 0; i != 10000; ++i) {
    const auto made_up = key::from_integer(random());
    if (made_up && *made_up != k) {
      ASSERT_FALSE(slab.get(*made_up));
    }
  }
}

TYPED_TEST(SlabConformance, KeepsWhatIsReadThroughItsRemoval) {
  TypeParam domain(small_options());
  typename TestFixture::slab_type slab(domain);
  const auto k = slab.emplace(7u).value();
  {
    const auto found = slab.get(k);
    EXPECT_TRUE(slab.remove(k));
    for (std::uint64_t i = 0; i != 100; ++i) slab.remove(slab.emplace(i).value());
    EXPECT_EQ(found->value(), 7u);
  }
  domain.drain();
}

TYPED_TEST(SlabConformance, KeepsWhatIsOwnedThroughItsRemovalAndTheSlabsEnd) {
  TypeParam domain(small_options());
  auto slab = std::make_unique<typename TestFixture::slab_type>(domain);
  const auto removed = slab->emplace(1u).value();
  const auto left = slab->emplace(2u).value();
  auto first = slab->own(removed);
  auto second = slab->own(removed);
  auto third = slab->own(left);
  EXPECT_TRUE(slab->remove(removed));
  EXPECT_FALSE(slab->own(removed));
  first.reset();
  EXPECT_FALSE(first);
  slab.reset();
  domain.drain();

  EXPECT_EQ(second->value(), 1u);
  EXPECT_EQ(third->value(), 2u);
  third = std::move(second);
  EXPECT_EQ(third->value(), 1u);
  domain.drain();
  EXPECT_EQ(this->births.living(), !reclaims_early<TypeParam> ? 2u : 1u);
  third.reset();
  domain.drain();
}

TYPED_TEST(SlabConformance, TakesAValueInItsPlaceOrOutOfIt) {
  TypeParam domain(small_options());
  typename TestFixture::slab_type slab(domain);
  const auto first = slab.emplace(1u).value();
  const auto second = slab.emplace(2u).value();

  const auto taken = slab.take(first);
  ASSERT_TRUE(taken);
  EXPECT_EQ(taken->value(), 1u);
  EXPECT_FALSE(slab.contains(first));
  const std::optional<counted> value = slab.take_value(second);
  ASSERT_TRUE(value);
  EXPECT_EQ(value->value(), 2u);
  EXPECT_FALSE(slab.contains(second));
  EXPECT_TRUE(slab.empty());
}

TYPED_TEST(SlabConformance, MovesOutWhatCannotBeCopied) {
  if (!reclaims_early<TypeParam>) GTEST_SKIP() << "nothing ends, so nobody can wait for it";
  TypeParam domain(small_options());
  sharded_slab<std::unique_ptr<counted>, TypeParam, small_pages> slab(domain);
  const auto k = slab.emplace(std::make_unique<counted>(5u)).value();

  const std::optional<std::unique_ptr<counted>> moved = slab.take_value(k);

  ASSERT_TRUE(moved);
  EXPECT_EQ((*moved)->value(), 5u);
  EXPECT_FALSE(slab.take_value(k));
}

TYPED_TEST(SlabConformance, GivesTheKeyBeforeTheValue) {
  TypeParam domain(small_options());
  typename TestFixture::slab_type slab(domain);
  auto place = slab.vacant_entry();
  ASSERT_TRUE(place);
  const auto k = place.key();
  EXPECT_FALSE(slab.contains(k));
  EXPECT_EQ(place.emplace(3u), k);
  EXPECT_FALSE(place);
  EXPECT_EQ(slab.get(k)->value(), 3u);

  std::optional<typename TestFixture::key_type> known;
  const auto other = slab.insert_with([&](auto own) {
    known = own;
    return counted(4u);
  });
  EXPECT_EQ(other, known);
  EXPECT_EQ(slab.get(*other)->value(), 4u);
  { auto unused = slab.vacant_entry(); }
  EXPECT_EQ(slab.size(), 2u);
}

TYPED_TEST(SlabConformance, IsAsItWasWhereAConstructorThrows) {
  struct thrower {
    explicit thrower(bool throws) {
      if (throws) throw std::runtime_error("no");
    }
  };
  TypeParam domain(small_options());
  sharded_slab<thrower, TypeParam, small_pages> slab(domain, {.capacity = 2});
  for (int i = 0; i != 10; ++i) EXPECT_THROW(slab.emplace(true), std::runtime_error);
  for (int i = 0; i != 10; ++i) {
    auto place = slab.vacant_entry();
    EXPECT_THROW(place.emplace(true), std::runtime_error);
    EXPECT_FALSE(place);
  }
  EXPECT_TRUE(slab.emplace(false));
  EXPECT_TRUE(slab.emplace(false));
  EXPECT_FALSE(slab.emplace(true)) << "a full slab makes a value";
  EXPECT_EQ(slab.size(), 2u);
}

TYPED_TEST(SlabConformance, IsFullAtItsCapacityAndNotBefore) {
  for (const std::size_t capacity : {1u, 7u, 100u}) {
    TypeParam domain(small_options());
    typename TestFixture::slab_type slab(domain, {.capacity = capacity});
    std::vector<typename TestFixture::key_type> keys;
    while (const auto k = slab.emplace(1u)) keys.push_back(*k);
    EXPECT_EQ(keys.size(), capacity);
    EXPECT_FALSE(slab.vacant_entry());
    if (!reclaims_early<TypeParam>) continue;
    for (const auto k : keys) slab.remove(k);
    domain.drain();
    std::size_t again = 0;
    while (slab.emplace(2u)) ++again;
    EXPECT_EQ(again, capacity);
  }
}

TYPED_TEST(SlabConformance, ShowsEachValueAndRemovesThemAll) {
  TypeParam domain(small_options());
  typename TestFixture::slab_type slab(domain);
  std::unordered_map<typename TestFixture::key_type, std::uint64_t> model;
  for (std::uint64_t i = 0; i != 500; ++i) {
    const auto k = slab.emplace(i).value();
    if (i % 3 == 0) {
      slab.remove(k);
    } else {
      model[k] = i;
    }
  }
  std::size_t seen = 0;
  slab.for_each([&](auto k, counted& value) {
    ++seen;
    ASSERT_TRUE(model.contains(k));
    EXPECT_EQ(value.value(), model[k]);
  });
  EXPECT_EQ(seen, model.size());

  std::size_t walked = 0;
  for (auto [k, value] : slab.unique()) {
    ++walked;
    EXPECT_EQ(value.value(), model[k]);
    value = counted(value.value() + 1);
  }
  EXPECT_EQ(walked, model.size());
  for (const auto& [k, value] : model) EXPECT_EQ(slab.get(k)->value(), value + 1);

  slab.clear();

  for ([[maybe_unused]] auto [k, value] : slab.unique()) ADD_FAILURE() << "a value is left";
  EXPECT_TRUE(slab.empty());
  slab.for_each([](auto, counted&) { ADD_FAILURE() << "a value is left"; });
}

TYPED_TEST(SlabConformance, AgreesWithAMapOnAnySequence) {
  TypeParam domain(small_options());
  typename TestFixture::slab_type slab(domain);
  std::unordered_map<typename TestFixture::key_type, std::uint64_t> model;
  std::vector<typename TestFixture::key_type> all;
  random_stream random(seed());
  for (int i = 0; i != 20000; ++i) {
    const auto k = all.empty() ? typename TestFixture::key_type() : all[random.below(all.size())];
    switch (random.below(6)) {
      case 0:
      case 1: {
        const std::uint64_t number = random();
        all.push_back(slab.emplace(number).value());
        ASSERT_TRUE(model.emplace(all.back(), number).second) << "a key came again";
        break;
      }
      case 2: ASSERT_EQ(slab.remove(k), model.erase(k) != 0); break;
      case 3: {
        const auto taken = slab.take(k);
        ASSERT_EQ(static_cast<bool>(taken), model.contains(k));
        if (taken) {
          ASSERT_EQ(taken->value(), model[k]);
        }
        model.erase(k);
        break;
      }
      case 4: {
        const auto found = slab.get(k);
        ASSERT_EQ(static_cast<bool>(found), model.contains(k));
        if (found) {
          ASSERT_EQ(found->value(), model[k]);
        }
        break;
      }
      default:
        if (random.below(500) == 0) slab.trim();
    }
  }
  EXPECT_EQ(slab.size(), model.size());
}

TYPED_TEST(SlabConformance, MayEndBeforeWhatWasRemovedFromIt) {
  TypeParam domain(small_options());
  {
    const auto guard = domain.enter();
    {
      typename TestFixture::slab_type slab(domain);
      for (std::uint64_t i = 0; i != 300; ++i) slab.remove(slab.emplace(i).value());
      for (std::uint64_t i = 0; i != 100; ++i) slab.emplace(i);
    }
  }
  domain.drain();
}

TYPED_TEST(SlabConformance, StaysSmallWhereThreadsComeAndGo) {
  TypeParam domain(small_options());
  typename TestFixture::slab_type slab(domain);
  std::size_t highest = 0;
  for (int i = 0; i != 300; ++i) {
    std::thread([&] {
      for (std::uint64_t n = 0; n != 10; ++n) {
        const auto k = slab.emplace(n).value();
        highest = std::max(highest, k.index());
        slab.remove(k);
      }
    }).join();
  }
  if (reclaims_early<TypeParam>) {
    EXPECT_LT(highest, 2000u);
  }
}

// Threads that remove what others inserted, and read what anybody may remove.
TYPED_TEST(SlabConformance, IsSoundUnderManyThreads) {
  constexpr std::size_t threads = 6;
  using key = typename TestFixture::key_type;
  TypeParam domain(small_options());
  typename TestFixture::slab_type slab(domain);
  std::vector<std::atomic<std::uint64_t>> board(32);
  std::atomic<std::size_t> inserted{0};
  std::atomic<std::size_t> removed{0};

  run_disturbed_threads(threads, [&](std::size_t thread) {
    random_stream random(seed(), thread);
    std::vector<typename TestFixture::slab_type::owned> mine;
    for (int i = 0; i != 3000; ++i) {
      std::atomic<std::uint64_t>& place = board[random.below(board.size())];
      const auto k = key::from_integer(place.load(std::memory_order_relaxed));
      switch (random.below(8)) {
        case 0:
        case 1:
        case 2: {
          const auto made = slab.insert_with([](key own) { return counted(own.to_integer()); });
          ++inserted;
          const auto before = key::from_integer(place.exchange(made->to_integer(), std::memory_order_relaxed));
          if (before && slab.remove(*before)) ++removed;
          break;
        }
        case 3:
          if (k && slab.remove(*k)) ++removed;
          break;
        case 4:
          if (!k) break;
          if (auto taken = slab.take(*k)) {
            ++removed;
            EXPECT_EQ(taken->value(), k->to_integer());
            mine.push_back(std::move(taken));
          }
          break;
        case 5:
          if (!k) break;
          if (auto owned = slab.own(*k)) mine.push_back(std::move(owned));
          if (mine.size() > 10) mine.clear();
          break;
        case 6:
          if (i % 50 == 0) slab.for_each([](key own, counted& value) { EXPECT_EQ(value.value(), own.to_integer()); });
          if (i % 100 == 1) slab.trim();
          break;
        default:
          if (!k) break;
          if (const auto found = slab.get(*k)) {
            EXPECT_EQ(found->value(), k->to_integer());
          }
      }
    }
  });

  EXPECT_EQ(slab.size(), inserted - removed);
}

}  // namespace
}  // namespace reclaim::tests
