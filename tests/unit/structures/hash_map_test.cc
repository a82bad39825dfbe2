// The parts of hash_map: the list, its entrances, the count; and what is special to a scheme.

#include "structures/hash_map.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <limits>
#include <set>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "reclaim/schemes.h"
#include "tests/support/allocations.h"
#include "tests/support/counted.h"
#include "tests/support/threads.h"

namespace reclaim::tests {
namespace {

using order = std::uint64_t;
using buckets = map_parts::directory<epoch_domain>;
using entrance = map_parts::sentinel<epoch_domain>;
using element = map_parts::element<epoch_domain>;
using item = map_parts::node<int, int, epoch_domain, true>;

// What a cursor asks of the owner of nodes that keep their order.
template <class Node>
struct keeper_of_orders {
  template <class Element>
  order order_of(const Element& e) const noexcept {
    return static_cast<const Node&>(e).order.get();
  }
  template <class Element>
  bool may_be_of(order asked, const Element& e) const noexcept {
    return order_of(e) == asked;
  }
};

static_assert(!std::is_copy_constructible_v<hash_map<int, int, epoch_domain>>);
static_assert(!std::is_move_constructible_v<hash_map<int, int, epoch_domain>>);

template <class K, class Domain, class Hash = std::hash<K>>
inline constexpr std::size_t node_size = hash_map<K, std::uint64_t, Domain, Hash>::bytes_an_element;

struct hash_that_may_throw {
  std::size_t operator()(std::uint64_t key) const { return key; }
};

constexpr std::size_t word = sizeof(void*);

TEST(HashMapLayout, SpendsAWordOnABucketAndThreeOnAnElement) {
  EXPECT_EQ(sizeof(entrance), word);
  EXPECT_EQ((node_size<std::uint64_t, epoch_domain>), 3 * word + 2 * 8u);
  EXPECT_EQ((node_size<std::uint64_t, hazard_domain>), 3 * word + 2 * 8u);
}

TEST(HashMapLayout, SpendsAnotherWhereAHashIsDearOrMayThrow) {
  EXPECT_EQ((node_size<std::string, epoch_domain>), 3 * word + 8 + sizeof(std::string) + 8u);
  EXPECT_EQ((node_size<std::uint64_t, epoch_domain, hash_that_may_throw>), 3 * word + 8 + 2 * 8u);
}

TEST(HashMapDirectory, RoundsTheNumberOfBucketsUp) {
  EXPECT_EQ(buckets(0, nullptr).bucket_count(), 2u);
  EXPECT_EQ(buckets(2, nullptr).bucket_count(), 2u);
  EXPECT_EQ(buckets(3, nullptr).bucket_count(), 4u);
  EXPECT_EQ(buckets(64, nullptr).bucket_count(), 64u);
}

TEST(HashMapDirectory, LeadsToTheNearestEntranceBeforeAnOrder) {
  for (const std::size_t first : {2, 8}) {
    buckets directory(first, nullptr);
    for (unsigned level = first == 2 ? 1 : 3; level != 8; ++level) {
      ASSERT_EQ(directory.bucket_count(), std::size_t{1} << level);
      for (order bucket = 0; bucket != order{1} << level; ++bucket) {
        const order least = bucket << (64 - level);
        const order most = least + ((order{1} << (64 - level)) - 1);
        ASSERT_EQ(directory.least_of(directory.at(least)), least);
        ASSERT_EQ(&directory.at(most), &directory.at(least));
      }
      ASSERT_TRUE(directory.grow(directory.bucket_count()));
    }
  }
}

TEST(HashMapDirectory, NeverMovesAnEntrance) {
  buckets directory(2, nullptr);
  entrance* const head = &directory.at(0);
  entrance* const half = &directory.at(order{1} << 63);

  for (int i = 0; i != 6; ++i) directory.grow(directory.bucket_count());

  EXPECT_EQ(&directory.at(0), head);
  EXPECT_EQ(&directory.head(), head);
  EXPECT_EQ(&directory.at(order{1} << 63), half);
}

TEST(HashMapDirectory, NamesTheBucketThatWasSplit) {
  buckets directory(2, nullptr);
  for (int i = 0; i != 4; ++i) directory.grow(directory.bucket_count());

  EXPECT_EQ(directory.least_of(directory.parent(order{0b10110} << 59)), order{0b10100} << 59);
  EXPECT_EQ(directory.least_of(directory.parent(order{0b10000} << 59)), 0u);
  EXPECT_EQ(directory.least_of(directory.last()), map_parts::last_order);
}

TEST(HashMapDirectory, HasOnlyItsFirstEntrancesInTheList) {
  buckets directory(4, nullptr);
  directory.grow(4);

  for (order bucket = 0; bucket != 8; ++bucket) {
    EXPECT_EQ(map_parts::is_ready(directory.at(bucket << 61)), bucket % 2 == 0) << bucket;
  }
}

TEST(HashMapDirectory, GrowsOnceForAllWhoSawItFull) {
  buckets directory(2, nullptr);

  EXPECT_TRUE(directory.grow(2));
  EXPECT_FALSE(directory.grow(2));

  EXPECT_EQ(directory.bucket_count(), 4u);
}

TEST(HashMapDirectory, StaysAsItIsWhenTheHeapIsExhausted) {
  if (!allocations_are_replaced()) GTEST_SKIP();
  buckets directory(2, nullptr);
  {
    const exhausted_memory none;
    EXPECT_FALSE(directory.grow(2));
  }
  EXPECT_EQ(directory.bucket_count(), 2u);
  EXPECT_TRUE(directory.grow(2)) << "a refusal must not be the end of growth";
}

TEST(HashMapDirectory, GivesItsTurnBackWhenItsResourceRefuses) {
  counting_resource memory(1);
  {
    buckets directory(2, &memory);
    EXPECT_THROW(directory.grow(2), std::bad_alloc);
    EXPECT_THROW(directory.grow(2), std::bad_alloc) << "the turn was kept";
  }
  EXPECT_EQ(memory.bytes_out(), 0u);
}

using route = map_parts::route<epoch_domain>;

// What a search learns of a word, asking as it does.
enum class lead { before, close, beyond, sentinel };
lead lead_of(const route& way, route::word at) {
  if (way.may_pass(at)) return lead::before;
  if (way.is_close(at)) return lead::close;
  return way.is_beyond(at) ? lead::beyond : lead::sentinel;
}

TEST(HashMapRoute, TellsByTheWordWhatStandsBeforeAndBeyond) {
  if (map_parts::prefix_bits == 0) GTEST_SKIP() << "addresses have no bits to spare here";
  buckets directory(std::size_t{1} << 16, nullptr);
  const order bucket = order{0xabcd} << 48;
  const order here = bucket + (order{2} << 40);
  const route way(directory, directory.at(bucket), here, directory.mask());
  element some;
  const auto leads = [&](order of) { return lead_of(way, map_parts::word_of(&some, of)); };

  EXPECT_EQ(leads(bucket + (order{1} << 40)), lead::before);
  EXPECT_EQ(leads(here), lead::close);
  EXPECT_EQ(leads(here + 2), lead::close) << "only the whole order tells";
  EXPECT_EQ(leads(bucket + (order{3} << 40)), lead::beyond);
  EXPECT_EQ(map_parts::word_of(&some, bucket + (order{3} << 40)).pointer(), &some);
}

TEST(HashMapRoute, LooksAtEveryElementWhereBucketsAreFew) {
  buckets directory(2, nullptr);
  element behind;
  const order its = (order{1} << 50) + (order{1} << 40);  // with a greater prefix, and a smaller order
  const order here = (order{2} << 50);
  const route way(directory, directory.head(), here, directory.mask());

  EXPECT_EQ(lead_of(way, map_parts::word_of(&behind, its)), lead::close);
}

TEST(HashMapRoute, EndsAtASentinelUnlessThatIsNewerThanTheRoute) {
  buckets directory(2, nullptr);
  const order middle = order{1} << 62;
  const route way(directory, directory.head(), middle + 2, directory.mask());
  EXPECT_EQ(lead_of(way, map_parts::word_of(&directory.at(order{1} << 63))), lead::beyond);

  directory.grow(2);

  EXPECT_EQ(lead_of(way, map_parts::word_of(&directory.at(middle))), lead::sentinel);
  EXPECT_EQ(lead_of(way, map_parts::word_of(&directory.at(order{1} << 63))), lead::beyond);
  EXPECT_EQ(lead_of(way, map_parts::word_of(&directory.last())), lead::beyond);
}

TEST(HashMapRoute, LeadsToAllElementsOfALargeMap) {
  epoch_domain domain;
  hash_map<int, int, epoch_domain> map(domain);
  constexpr int count = 200'000;
  for (int key = 0; key != count; ++key) ASSERT_TRUE(map.insert(key, -key));
  ASSERT_GE(map.bucket_count(), std::size_t{1} << 17);
  for (int key = 0; key < count; key += 3) ASSERT_TRUE(map.erase(key));

  for (int key = 0; key != 2 * count; ++key) ASSERT_EQ(map.contains(key), key < count && key % 3 != 0) << key;
}

TEST(HashMapCount, AddsUpWhatThreadsCount) {
  map_parts::element_count count;

  run_threads(12, [&](std::size_t t) {
    for (int i = 0; i != 1000; ++i) count.add(t % 2 == 0 ? 2 : -1);
  });

  EXPECT_EQ(count.sum(), 6000u);
}

TEST(HashMapCount, IsNeverBelowNothing) {
  map_parts::element_count count;

  count.add(-3);

  EXPECT_EQ(count.sum(), 0u);
}

// A list made by hand, with epochs.
class HashMapList : public ::testing::Test {
 protected:
  struct owner : keeper_of_orders<item> {
    void retire(epoch_domain::guard& g, element* e) const noexcept { g.retire(static_cast<item*>(e)); }
  };
  using cursor = map_parts::bucket_cursor<epoch_domain, owner>;

  ~HashMapList() override {
    cursor at(guard_, shield_, {});
    at.start(directory_.head());
    while (at.rest(way(map_parts::last_order - 1)) == cursor::stop::element) at.mark();
  }

  map_parts::route<epoch_domain> way(order position) { return {directory_, directory_.head(), position}; }
  static item* make(order position, int key) {
    const auto construct = [&] { return 10 * key; };
    return new item(position, std::move(key), construct);
  }
  static auto is(int key) {
    return [key](const element& e) { return static_cast<const item&>(e).key == key; };
  }
  bool insert(order position, int key) {
    cursor at(guard_, shield_, {});
    if (at.seek(way(position), is(key))) return false;
    return at.insert(way(position), *make(position, key));
  }
  const item* read(order position, int key) {
    return static_cast<const item*>(map_parts::read_through<epoch_domain>(way(position), is(key), owner()));
  }
  std::vector<int> keys() {
    std::vector<int> found;
    cursor at(guard_, shield_, {});
    for (at.start(directory_.head()); at.rest(way(map_parts::last_order - 1)) == cursor::stop::element; at.pass()) {
      found.push_back(static_cast<const item&>(at.current()).key);
    }
    return found;
  }

  epoch_domain domain_;
  epoch_domain::guard guard_{domain_.enter()};
  epoch_domain::shield shield_{guard_.shield()};
  buckets directory_{2, nullptr};
};

TEST_F(HashMapList, IsSortedByOrderAndKeepsARunInTheOrderOfInsertion) {
  for (const auto& [position, key] : {std::pair{8u, 3}, {4u, 1}, {8u, 2}, {6u, 4}, {8u, 1}}) EXPECT_TRUE(insert(position, key));

  EXPECT_EQ(keys(), (std::vector{1, 4, 3, 2, 1}));
  EXPECT_FALSE(insert(8, 2));
}

TEST_F(HashMapList, RefusesAnInsertionWhereAnotherCameFirst) {
  cursor first(guard_, shield_, {});
  first.seek(way(8), is(1));
  EXPECT_TRUE(insert(8, 2));
  item* const late = make(8, 1);

  EXPECT_FALSE(first.insert(way(8), *late));

  delete late;
  EXPECT_EQ(keys(), std::vector{2});
}

TEST_F(HashMapList, RefusesAnInsertionBehindWhatWasErased) {
  insert(8, 1);
  cursor first(guard_, shield_, {});
  first.seek(way(8), is(2));
  cursor second(guard_, shield_, {});
  second.seek(way(8), is(1));
  EXPECT_TRUE(second.mark());
  item* const late = make(8, 2);

  EXPECT_FALSE(first.insert(way(8), *late));

  delete late;
}

TEST_F(HashMapList, RefusesToEraseTwice) {
  insert(8, 1);
  cursor first(guard_, shield_, {}), second(guard_, shield_, {});
  first.seek(way(8), is(1));
  second.seek(way(8), is(1));

  EXPECT_TRUE(first.erase(way(8)));
  EXPECT_FALSE(second.erase(way(8)));
  EXPECT_FALSE(second.refresh());
}

TEST_F(HashMapList, ReadsThroughWhatIsErasedButLinked) {
  insert(8, 1);
  insert(8, 2);
  cursor at(guard_, shield_, {});
  at.seek(way(8), is(1));
  at.mark();

  EXPECT_EQ(read(8, 1), nullptr);
  ASSERT_NE(read(8, 2), nullptr);
  EXPECT_EQ(read(8, 2)->value, 20);
}

TEST_F(HashMapList, ReadsTheNewVersionThroughTheOld) {
  insert(8, 1);
  const item* const old = read(8, 1);
  cursor at(guard_, shield_, {});
  at.seek(way(8), is(1));
  item* const newer = make(8, 1);

  EXPECT_TRUE(at.replace(way(8), *newer));

  EXPECT_EQ(read(8, 1), newer);
  EXPECT_EQ(old->next.load(acquire).pointer(), newer) << "who reads the old version finds the newer one";
  EXPECT_EQ(keys(), std::vector{1});
}

TEST_F(HashMapList, IsEnteredBehindASentinelOnceThatIsInserted) {
  directory_.grow(2);
  const order middle = order{1} << 62;
  insert(middle - 2, 1);
  insert(middle, 2);
  entrance& s = directory_.at(middle);
  cursor at(guard_, shield_, {});
  EXPECT_FALSE(map_parts::is_ready(s));

  at.seek(way(middle - 1), is(0));
  EXPECT_TRUE(at.insert(s));

  EXPECT_TRUE(map_parts::is_ready(s));
  at.start(s);
  ASSERT_EQ(at.rest(way(map_parts::last_order - 1)), cursor::stop::element);
  EXPECT_EQ(static_cast<const item&>(at.current()).key, 2);
  EXPECT_EQ(keys(), (std::vector{1, 2}));
}

// A list made by hand, with hazard pointers; what it unlinks ends at once if nothing protects it.
class HashMapOfHazards : public ::testing::Test {
 protected:
  using node = map_parts::node<int, counted, hazard_domain, true>;
  using element = map_parts::element<hazard_domain>;
  struct owner : keeper_of_orders<node> {  // and drains
    void retire(hazard_domain::guard& g, element* e) const noexcept {
      g.retire(static_cast<node*>(e));
      g.domain().drain();
    }
  };
  using cursor = map_parts::bucket_cursor<hazard_domain, owner>;

  ~HashMapOfHazards() override {
    while (auto* const left = directory_.head().next.load(relaxed).pointer()) {
      if ((directory_.head().next.load(relaxed).tag() & map_parts::to_sentinel) != 0) break;
      directory_.head().next.store(left->next.load(relaxed), relaxed);
      delete static_cast<node*>(left);
    }
  }

  map_parts::route<hazard_domain> way(order position) { return {directory_, directory_.head(), position}; }
  void insert(order position, int key) {
    const auto construct = [&] { return counted(static_cast<std::uint64_t>(key)); };
    cursor at(guard_, shield_, {});
    at.seek(way(position), [](const element&) { return false; });
    at.insert(way(position), *new node(position, std::move(key), construct));
  }
  // Erases key `key` of `position`; leaves it linked if so told.
  void erase(order position, int key, bool leave_linked) {
    auto shield = guard_.shield();
    cursor at(guard_, shield, {});
    ASSERT_TRUE(at.seek(way(position), [&](const element& e) { return key_of(e) == key; }));
    if (leave_linked) {
      at.mark();
    } else {
      at.erase(way(position));
    }
  }
  static int key_of(const element& e) { return static_cast<const node&>(e).key; }

  census births_;
  hazard_domain domain_;
  map_parts::directory<hazard_domain> directory_{2, nullptr};
  hazard_domain::guard guard_{domain_.enter()};
  hazard_domain::shield shield_{guard_.shield()};
};

TEST_F(HashMapOfHazards, ProtectWhatIsFoundBehindWhatWasUnlinked) {
  insert(8, 1);
  insert(8, 2);
  erase(8, 1, true);
  cursor at(guard_, shield_, {});

  ASSERT_TRUE(at.seek(way(8), [](const element& e) { return key_of(e) == 2; }));  // unlinks the first
  const counted& found = static_cast<const node&>(at.current()).value;
  erase(8, 2, false);

  EXPECT_EQ(births_.living(), 1u);
  EXPECT_EQ(found.value(), 2u);
}

// The walk starts again, comes by what it had visited before, and must still know where it was.
TEST_F(HashMapOfHazards, ProtectTheLastVisitedElementOfAWalk) {
  for (const int key : {1, 2, 3, 4}) insert(static_cast<order>(2 * key), key);
  std::vector<int> seen;
  map_parts::list_walk<hazard_domain, owner> walk(guard_, shield_, {});

  walk.run(
      way(map_parts::last_order - 1), [&](order) -> auto& { return directory_.head(); },
      [](const element& a, const element& b) { return key_of(a) == key_of(b); },
      [&](const element& e) {
        seen.push_back(key_of(e));
        if (key_of(e) == 2) erase(4, 2, false), erase(6, 3, true);
        return false;
      },
      [] {});

  EXPECT_EQ(seen, (std::vector{1, 2, 4}));
  EXPECT_EQ(births_.faults(), 0u);
}

// Numbers of one hash, which keep no order beside them.
struct hash_of_tens {
  std::size_t operator()(int key) const noexcept { return static_cast<std::size_t>(key / 10); }
};

template <class Domain>
void tell_keys_of_one_hash_apart() {
  Domain domain;
  hash_map<int, int, Domain, hash_of_tens> map(domain);
  for (int key = 0; key != 100; ++key) EXPECT_TRUE(map.insert(key, 2 * key));
  for (int key = 0; key < 100; key += 3) EXPECT_TRUE(map.erase(key));

  std::set<int> walked;
  map.for_each([&](const int& key, int&) { EXPECT_TRUE(walked.insert(key).second) << key; });
  for (int key = 0; key != 100; ++key) {
    EXPECT_EQ(map.visit(key, [&](int& value) { EXPECT_EQ(value, 2 * key); }), key % 3 != 0) << key;
    EXPECT_EQ(walked.count(key) != 0, key % 3 != 0) << key;
  }
}

TEST(HashMapOfNumbers, TellsKeysOfOneHashApart) {
  tell_keys_of_one_hash_apart<epoch_domain>();
  tell_keys_of_one_hash_apart<hazard_domain>();
}

TEST(HashMapOfARegion, FindsUnderAGuardAlone) {
  epoch_domain domain;
  hash_map<int, std::string, epoch_domain> map(domain);
  map.insert(1, "one");
  auto guard = domain.enter();

  const std::string* const found = map.find(1, guard);
  map.erase(1);
  domain.drain();

  EXPECT_EQ(*found, "one");
}

template <class Domain>
void find_with_the_shield_of_another_domain() {
  Domain mine, other;
  hash_map<int, int, Domain> map(mine);
  auto guard = other.enter();
  auto shield = guard.shield();
  map.find(1, shield);
}

TEST(HashMapDeathTest, RefusesAShieldOfAnotherDomain) {
  if (!sync::checks_enabled) GTEST_SKIP() << "checks are off";
  GTEST_FLAG_SET(death_test_style, "threadsafe");

  EXPECT_DEATH(find_with_the_shield_of_another_domain<epoch_domain>(), "reclaim: .*shield is of another domain");
  EXPECT_DEATH(find_with_the_shield_of_another_domain<hazard_domain>(), "reclaim: .*shield is of another domain");
}

}  // namespace
}  // namespace reclaim::tests
