// Laws of hash_map over every domain.

#include "structures/hash_map.h"

#include <gtest/gtest.h>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tests/support/allocations.h"
#include "tests/support/counted.h"
#include "tests/support/schemes_under_test.h"
#include "tests/support/threads.h"

namespace reclaim::tests {
namespace {

using key = std::uint64_t;

struct refusal {};

// Spreads keys over so many hashes, or over all.  Refuses keys from 1000000 on.  One type, so that one map type is
// compiled for many tests.
struct some_hashes {
  std::size_t operator()(key k) const { return k < 1000000 ? (count == 0 ? k : k % count) : throw refusal(); }
  key count = 0;
};

// Refuses to compare with 999999.
struct eq {
  bool operator()(key a, key b) const { return b != 999999 ? a == b : throw refusal(); }
};

struct text_hash {
  using is_transparent = void;
  std::size_t operator()(std::string_view text) const noexcept { return std::hash<std::string_view>{}(text); }
};

counted one_more(const counted& value) { return value.value() + 1; }

template <class Domain>
class MapTest : public ::testing::Test {
 protected:
  using map_type = hash_map<key, counted, Domain, some_hashes, eq>;
  using text_map = hash_map<std::string, std::string, Domain, text_hash, std::equal_to<>>;

  ~MapTest() override { EXPECT_EQ(births_.faults(), 0u); }

  // The value of `k`, read under a guard.
  static std::optional<std::uint64_t> get(const map_type& m, key k) {
    std::optional<std::uint64_t> copy;
    m.visit(k, [&](const counted& value) { copy = value.value(); });
    return copy;
  }

  census births_;
  Domain domain_{small_options()};
};

TYPED_TEST_SUITE(MapTest, domains_under_test, domain_names);

TYPED_TEST(MapTest, IsEmptyAtFirst) {
  const typename TestFixture::map_type map(this->domain_);

  EXPECT_TRUE(map.empty());
  EXPECT_EQ(map.size(), 0u);
  EXPECT_FALSE(map.contains(1));
  map.for_each([](const key&, const counted&) { FAIL(); });
}

TYPED_TEST(MapTest, FindsWhatWasInserted) {
  typename TestFixture::text_map map(this->domain_);

  EXPECT_TRUE(map.insert("a", "one"));
  EXPECT_TRUE(map.emplace("b", 3, 'x'));

  auto guard = this->domain_.enter();
  auto shield = guard.shield();
  ASSERT_NE(map.find("a", shield), nullptr);
  EXPECT_EQ(*map.find("a", shield), "one");
  EXPECT_EQ(*std::as_const(map).find("b", shield), "xxx");
  EXPECT_EQ(map.find("c", shield), nullptr);
  EXPECT_EQ(map.size(), 2u);
}

TYPED_TEST(MapTest, KeepsTheFirstValueOfAKey) {
  typename TestFixture::map_type map(this->domain_);
  map.insert(1, 10);
  const census births;

  EXPECT_FALSE(map.emplace(1, 11u));

  EXPECT_EQ(births.born(), 0u) << "a value was made in vain";
  EXPECT_EQ(this->get(map, 1), 10u);
  EXPECT_EQ(map.size(), 1u);
}

TYPED_TEST(MapTest, AssignsOverAnOldValue) {
  typename TestFixture::map_type map(this->domain_);

  EXPECT_TRUE(map.insert_or_assign(1, 10));
  EXPECT_FALSE(map.insert_or_assign(1, 11));

  EXPECT_EQ(this->get(map, 1), 11u);
  EXPECT_EQ(map.size(), 1u);
}

TYPED_TEST(MapTest, LeavesAReplacedValueToItsReaders) {
  typename TestFixture::map_type map(this->domain_);
  map.insert(1, 10);
  auto guard = this->domain_.enter();
  auto shield = guard.shield();
  const counted* const old = map.find(1, shield);

  EXPECT_TRUE(map.update(1, one_more));
  EXPECT_EQ(this->get(map, 1), 11u);
  EXPECT_FALSE(map.insert_or_assign(1, 20));
  this->domain_.drain();

  EXPECT_EQ(old->value(), 10u);
  EXPECT_EQ(this->get(map, 1), 20u);
}

TYPED_TEST(MapTest, DoesNotUpdateWhatIsNotThere) {
  typename TestFixture::map_type map(this->domain_);

  EXPECT_FALSE(map.update(1, [](const counted&) -> counted { throw refusal(); }));

  EXPECT_TRUE(map.empty());
}

TYPED_TEST(MapTest, MakesAValueOnlyWhereThereIsNone) {
  typename TestFixture::map_type map(this->domain_);
  auto guard = this->domain_.enter();
  auto shield = guard.shield();
  std::uint64_t calls = 0;
  const auto make = [&] { return counted(++calls); };

  counted& made = map.get_or_insert_with(7, make, shield);
  EXPECT_EQ(made.value(), 1u);
  made = 5;

  EXPECT_EQ(map.get_or_insert_with(7, make, shield).value(), 5u);
  EXPECT_EQ(calls, 1u);
  EXPECT_EQ(map.size(), 1u);
}

TYPED_TEST(MapTest, ErasesAKeyOnce) {
  typename TestFixture::map_type map(this->domain_);
  map.insert(1, 1);

  EXPECT_TRUE(map.erase(1));
  EXPECT_FALSE(map.erase(1));

  EXPECT_FALSE(map.contains(1));
  EXPECT_TRUE(map.empty());
  EXPECT_TRUE(map.insert(1, 2));
  EXPECT_EQ(this->get(map, 1), 2u);
}

TYPED_TEST(MapTest, ErasesAKeyOnlyIfThePredicateHolds) {
  typename TestFixture::map_type map(this->domain_);
  map.insert(1, 10);

  EXPECT_FALSE(map.erase_if(1, [](const key& k, const counted& value) { return k == 1 && value.value() == 11; }));
  EXPECT_TRUE(map.contains(1));
  EXPECT_TRUE(map.erase_if(1, [](const key& k, const counted& value) { return k == 1 && value.value() == 10; }));
  EXPECT_FALSE(map.contains(1));
}

TYPED_TEST(MapTest, ErasesEveryElementForWhichThePredicateHolds) {
  typename TestFixture::map_type map(this->domain_);
  for (key k = 0; k != 300; ++k) map.insert(k, k % 3);

  EXPECT_EQ(map.erase_if([](const key&, const counted& value) { return value.value() == 1; }), 100u);

  EXPECT_EQ(map.size(), 200u);
  for (key k = 0; k != 300; ++k) EXPECT_EQ(map.contains(k), k % 3 != 1) << k;
}

// What for_each meets, and changes on its way.
template <class Map, class Change>
std::multiset<key> keys_seen(Map& map, Change change) {
  std::multiset<key> seen;
  map.for_each([&](const key& k, counted&) {
    seen.insert(k);
    change(k);
  });
  return seen;
}

std::multiset<key> keys_below(key n) {
  std::multiset<key> keys;
  for (key k = 0; k != n; ++k) keys.insert(k);
  return keys;
}

TYPED_TEST(MapTest, VisitsEveryElementOnce) {
  for (const key hashes : {0, 4}) {
    typename TestFixture::map_type map(this->domain_, {.initial_buckets = 2}, some_hashes{hashes});
    for (key k = 0; k != 500; ++k) map.insert(k, k);

    EXPECT_EQ(keys_seen(map, [](key) {}), keys_below(500));
  }
}

// Replacing or erasing the element that the walk stands on cuts the ground under the walk.
TYPED_TEST(MapTest, VisitsOnWhileTheVisitedElementsAreChanged) {
  typename TestFixture::map_type map(this->domain_);
  for (key k = 0; k != 300; ++k) map.insert(k, k);

  const auto seen = keys_seen(map, [&](key k) {
    if (k % 3 == 0) map.erase(k);
    if (k % 3 == 1) map.insert_or_assign(k, k + 1);
  });

  EXPECT_EQ(seen, keys_below(300));
  EXPECT_EQ(map.size(), 200u);
}

TYPED_TEST(MapTest, MissesNothingInARunOfEqualHashesThatIsErased) {
  typename TestFixture::map_type map(this->domain_, {}, some_hashes{1});
  for (key k = 0; k != 50; ++k) map.insert(k, k);

  const auto seen = keys_seen(map, [&](key k) {
    if (k % 2 == 0) map.erase(k);
  });

  EXPECT_EQ(std::set<key>(seen.begin(), seen.end()).size(), 50u);
  EXPECT_EQ(map.size(), 25u);
}

TYPED_TEST(MapTest, ClearsEverything) {
  const census births;
  typename TestFixture::map_type map(this->domain_);
  for (key k = 0; k != 200; ++k) map.insert(k, k);

  map.clear();
  this->domain_.drain();

  EXPECT_TRUE(map.empty());
  EXPECT_FALSE(map.contains(17));
  EXPECT_EQ(births.living() == 0, reclaims_early<TypeParam>);
}

TYPED_TEST(MapTest, GrowsFromTwoBucketsAndFindsEverythingAgain) {
  typename TestFixture::map_type map(this->domain_, {.initial_buckets = 1});
  EXPECT_EQ(map.bucket_count(), 2u);

  for (key k = 0; k != 5000; ++k) ASSERT_TRUE(map.insert(k << 7, k));

  EXPECT_EQ(map.bucket_count(), 16384u);
  EXPECT_EQ(map.size(), 5000u);
  for (key k = 0; k != 5000; ++k) ASSERT_EQ(this->get(map, k << 7), k);
  EXPECT_FALSE(map.contains(5000 << 7));
}

TYPED_TEST(MapTest, DoesNotGrowWhenToldNotTo) {
  typename TestFixture::map_type map(this->domain_, {.initial_buckets = 5, .grows = false});

  for (key k = 0; k != 500; ++k) map.insert(k, k);

  EXPECT_EQ(map.bucket_count(), 8u);
  EXPECT_EQ(map.size(), 500u);
  for (key k = 0; k != 500; ++k) EXPECT_EQ(this->get(map, k), k);
}

// The same random operations on the map and on a std::map.
template <class Map>
void compare_with_std_map(Map& map, std::uint64_t keys) {
  random_stream random(seed());
  std::map<key, key> model;
  for (int i = 0; i != 6000; ++i) {
    const key k = random.below(keys);
    const key value = random();
    const bool is_there = model.count(k) == 1;
    switch (random.below(6)) {
      case 0: ASSERT_EQ(map.insert(k, value), model.emplace(k, value).second); break;
      case 1: ASSERT_EQ(map.insert_or_assign(k, value), model.insert_or_assign(k, value).second); break;
      case 2:
        ASSERT_EQ(map.update(k, one_more), is_there);
        if (is_there) ++model[k];
        break;
      case 3:
      case 4: ASSERT_EQ(map.erase(k), model.erase(k) == 1); break;
      default: ASSERT_EQ(map.visit(k, [&](counted& v) { EXPECT_EQ(v.value(), model[k]); }), is_there);
    }
    ASSERT_EQ(map.size(), model.size());
  }
  std::map<key, key> left;
  map.for_each([&](const key& k, counted& v) { left.emplace(k, v.value()); });
  EXPECT_EQ(left, model);
}

TYPED_TEST(MapTest, AgreesWithStdMap) {
  typename TestFixture::map_type map(this->domain_, {.initial_buckets = 2});

  compare_with_std_map(map, 400);
}

TYPED_TEST(MapTest, AgreesWithStdMapWhereAllHashesCollide) {
  typename TestFixture::map_type map(this->domain_, {.initial_buckets = 2}, some_hashes{1});

  compare_with_std_map(map, 20);
}

TYPED_TEST(MapTest, TakesKeysAndValuesThatOnlyMove) {
  hash_map<move_only, move_only, TypeParam, std::hash<counted>> map(this->domain_);

  EXPECT_TRUE(map.insert(move_only(1), move_only(10)));
  EXPECT_FALSE(map.insert(move_only(1), move_only(11)));
  EXPECT_FALSE(map.insert_or_assign(move_only(1), move_only(12)));
  EXPECT_TRUE(map.update(move_only(1), [](const move_only& value) { return move_only(value.value() + 1); }));

  EXPECT_TRUE(map.visit(move_only(1), [](move_only& value) { EXPECT_EQ(value.value(), 13u); }));
  EXPECT_TRUE(map.erase(move_only(1)));
}

TYPED_TEST(MapTest, LooksUpByWhatIsLikeAKey) {
  typename TestFixture::text_map map(this->domain_);
  map.insert("a key that is long enough to lie on the heap", "1");
  const std::string_view like = "a key that is long enough to lie on the heap";
  auto guard = this->domain_.enter();
  auto shield = guard.shield();
  const allocation_count allocations;

  EXPECT_TRUE(map.contains(like));
  EXPECT_NE(map.find(like, shield), nullptr);
  EXPECT_TRUE(map.visit(like, [](std::string& value) { value = "2"; }));
  EXPECT_FALSE(map.erase_if(like, [](const std::string&, const std::string& value) { return value == "1"; }));
  EXPECT_TRUE(map.erase(like));
  EXPECT_FALSE(map.contains("no key"));

  EXPECT_EQ(allocations.get(), 0u);
}

TYPED_TEST(MapTest, HandsOverAtOnceWhatItReplacesAndErases) {
  const census births;
  typename TestFixture::map_type map(this->domain_);
  map.insert(1, 1);

  map.update(1, one_more);
  this->domain_.drain();
  EXPECT_EQ(births.living() == 1, reclaims_early<TypeParam>);

  map.erase(1);
  this->domain_.drain();
  EXPECT_EQ(births.living() == 0, reclaims_early<TypeParam>);
}

TYPED_TEST(MapTest, ProtectsWhatWasFoundUntilTheShieldMovesOn) {
  const census births;
  typename TestFixture::map_type map(this->domain_, {}, some_hashes{1});
  for (key k = 0; k != 5; ++k) map.insert(k, k);
  {
    auto guard = this->domain_.enter();
    auto shield = guard.shield();
    const counted* const third = map.find(3, shield);

    map.clear();
    this->domain_.drain();

    EXPECT_EQ(third->value(), 3u);
  }
  this->domain_.drain();
  EXPECT_EQ(births.living() == 0, reclaims_early<TypeParam>);
}

TYPED_TEST(MapTest, ProtectsWhatGetOrInsertMade) {
  typename TestFixture::map_type map(this->domain_);
  auto guard = this->domain_.enter();
  auto shield = guard.shield();

  counted& made = map.get_or_insert_with(1, [] { return counted(5); }, shield);
  map.erase(1);
  this->domain_.drain();

  EXPECT_EQ(made.value(), 5u);
}

TYPED_TEST(MapTest, ReturnsAllItsMemory) {
  const census births;
  counting_resource memory;
  {
    TypeParam domain(small_options());
    typename TestFixture::map_type map(domain, {.initial_buckets = 2}, {}, {}, &memory);
    for (key k = 0; k != 300; ++k) map.insert(k, k);
    for (key k = 0; k != 300; k += 2) map.erase(k);
    for (key k = 1; k < 300; k += 2) map.insert_or_assign(k, k);
    EXPECT_GT(memory.bytes_out(), 0u);
  }
  EXPECT_EQ(memory.bytes_out(), 0u);
  EXPECT_EQ(births.living(), 0u);
}

TYPED_TEST(MapTest, LeavesTheMapAsItWasWhenMemoryIsExhausted) {
  if (!allocations_are_replaced()) GTEST_SKIP();
  typename TestFixture::map_type map(this->domain_, {.initial_buckets = 2});
  map.insert(1, 1);
  {
    const exhausted_memory none;
    EXPECT_THROW(map.insert(2, 2), std::bad_alloc);
    EXPECT_THROW(map.insert_or_assign(1, 2), std::bad_alloc);
    EXPECT_THROW(map.update(1, one_more), std::bad_alloc);
    EXPECT_TRUE(map.contains(1));
  }
  EXPECT_EQ(this->get(map, 1), 1u);
  EXPECT_FALSE(map.contains(2));
  EXPECT_EQ(map.size(), 1u);
}

TYPED_TEST(MapTest, LeavesTheMapAsItWasWhenItsResourceRefuses) {
  counting_resource memory(4);
  {
    TypeParam domain;
    typename TestFixture::map_type map(domain, {.initial_buckets = 2}, {}, {}, &memory);
    map.insert(1, 1);
    map.insert(2, 2);
    // What is refused is the larger directory, or the node.
    EXPECT_THROW(map.insert(3, 3), std::bad_alloc);
    EXPECT_THROW(map.insert(3, 3), std::bad_alloc);
    EXPECT_EQ(map.size(), 2u);
    EXPECT_FALSE(map.contains(3));
  }
  EXPECT_EQ(memory.bytes_out(), 0u);
}

TYPED_TEST(MapTest, LeavesTheMapAsItWasWhenAValueThrows) {
  const census births;
  hash_map<key, throwing_copy, TypeParam> map(this->domain_);
  map.insert(1, throwing_copy(1));
  const throwing_copy other(2);

  throwing_copy::refuse = true;
  EXPECT_THROW(map.insert(2, other), copy_refused);
  EXPECT_THROW(map.insert_or_assign(1, other), copy_refused);
  EXPECT_THROW(map.update(1, [](const throwing_copy& old) { return old; }), copy_refused);
  throwing_copy::refuse = false;

  map.visit(1, [](throwing_copy& value) { EXPECT_EQ(value.value(), 1u); });
  EXPECT_EQ(map.size(), 1u);
  EXPECT_EQ(births.living(), 2u) << "what was made for a refused insertion must end";
}

TYPED_TEST(MapTest, LeavesTheMapAsItWasWhenAFunctionThrows) {
  typename TestFixture::map_type map(this->domain_, {}, some_hashes{1});
  map.insert(1, 1);

  EXPECT_THROW(map.insert(1000000, 1), refusal);
  EXPECT_THROW(map.contains(1000000), refusal);
  EXPECT_THROW(map.insert(999999, 1), refusal);
  EXPECT_THROW(map.erase(999999), refusal);
  EXPECT_THROW(map.update(1, [](const counted&) -> counted { throw refusal(); }), refusal);
  EXPECT_THROW(map.erase_if(1, [](const key&, const counted&) -> bool { throw refusal(); }), refusal);
  EXPECT_THROW(map.erase_if([](const key&, const counted&) -> bool { throw refusal(); }), refusal);
  EXPECT_THROW(map.for_each([](const key&, counted&) { throw refusal(); }), refusal);

  EXPECT_EQ(this->get(map, 1), 1u);
  EXPECT_EQ(map.size(), 1u);
}

// Maps whose last owner is an element of another map end in a deleter of the same domain.
TYPED_TEST(MapTest, EndsInsideADeleter) {
  const census births;
  {
    TypeParam domain(small_options());
    using inner = hash_map<key, counted, TypeParam>;
    hash_map<key, std::unique_ptr<inner>, TypeParam> maps(domain);
    for (key k = 0; k != 100; ++k) {
      auto made = std::make_unique<inner>(domain);
      for (key j = 0; j != 20; ++j) made->insert(j, j), made->insert_or_assign(j, j + 1);
      maps.insert_or_assign(k % 10, std::move(made));
    }
    maps.erase_if([](const key& k, const auto&) { return k % 2 == 0; });
    domain.drain();
  }
  EXPECT_EQ(births.living(), 0u);
}

TYPED_TEST(MapTest, InsertsAKeyOnceHoweverManyThreadsTry) {
  typename TestFixture::map_type map(this->domain_, {.initial_buckets = 2});
  typename TestFixture::map_type crowded(this->domain_, {.initial_buckets = 2}, some_hashes{4});
  std::atomic<std::size_t> inserted{0}, inserted_in_crowd{0};

  run_threads(4, [&](std::size_t t) {
    for (key k = 0; k != 2000; ++k) inserted += map.insert(k, t);
    for (key k = 0; k != 200; ++k) inserted_in_crowd += crowded.insert(k, t);
  });

  EXPECT_EQ(inserted, 2000u);
  EXPECT_EQ(map.size(), 2000u);
  EXPECT_EQ(inserted_in_crowd, 200u);
  std::size_t seen = 0;
  crowded.for_each([&](const key&, counted&) { ++seen; });
  EXPECT_EQ(seen, 200u);
}

TYPED_TEST(MapTest, LosesNoUpdate) {
  typename TestFixture::map_type map(this->domain_);
  map.insert(1, 0);

  run_threads(4, [&](std::size_t) {
    for (int i = 0; i != 2000; ++i) map.update(1, one_more);
  });

  EXPECT_EQ(this->get(map, 1), 8000u);
}

TYPED_TEST(MapTest, GivesAllThreadsTheSameValue) {
  typename TestFixture::map_type map(this->domain_);
  std::vector<std::vector<const counted*>> got(4, std::vector<const counted*>(300));

  run_threads(4, [&](std::size_t t) {
    for (key k = 0; k != 300; ++k) {
      auto guard = this->domain_.enter();
      auto shield = guard.shield();
      got[t][k] = &map.get_or_insert_with(k, [&] { return counted(k); }, shield);
    }
  });

  for (std::size_t t = 1; t != 4; ++t) EXPECT_EQ(got[t], got[0]);
  EXPECT_EQ(map.size(), 300u);
}

TYPED_TEST(MapTest, InsertsAndErasesInTurn) {
  typename TestFixture::map_type map(this->domain_);
  std::atomic<std::int64_t> balance{0};

  run_threads(4, [&](std::size_t t) {
    random_stream random(seed(), t);
    std::int64_t mine = 0;
    for (int i = 0; i != 4000; ++i) {
      const key k = random.below(3);
      if (random.below(2) == 0) {
        mine += map.insert(k, k);
      } else {
        mine -= map.erase(k);
      }
    }
    balance += mine;
  });

  std::int64_t left = 0;
  map.for_each([&](const key&, counted&) { ++left; });
  EXPECT_EQ(left, balance);
  EXPECT_EQ(static_cast<std::int64_t>(map.size()), balance);
}

}  // namespace
}  // namespace reclaim::tests
