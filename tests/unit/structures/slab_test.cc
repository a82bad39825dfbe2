#include "structures/slab.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <stdexcept>
#include <utility>
#include <vector>

#include "tests/support/counted.h"

namespace reclaim::tests {
namespace {

struct short_lives : slab_config {
  static constexpr unsigned generation_bits = 4;
};

TEST(Slab, FindsWhatWasInsertedUntilItIsRemoved) {
  census births;
  {
    slab<counted> s;
    const auto a = s.emplace(1u).value();
    const auto b = s.insert(counted(2)).value();
    EXPECT_EQ(s.size(), 2u);
    EXPECT_EQ(s.get(a)->value(), 1u);
    EXPECT_EQ(std::as_const(s).get(b)->value(), 2u);
    EXPECT_TRUE(s.visit(b, [](counted& value) { EXPECT_EQ(value.value(), 2u); }));

    EXPECT_TRUE(s.remove(a));

    EXPECT_FALSE(s.remove(a));
    EXPECT_FALSE(s.contains(a));
    EXPECT_FALSE(s.visit(a, [](counted&) {}));
    const auto c = s.emplace(3u).value();
    EXPECT_EQ(c.index(), a.index());
    EXPECT_NE(c, a);
    EXPECT_EQ(s.take_value(c)->value(), 3u);
    EXPECT_FALSE(s.take_value(c));
    EXPECT_FALSE(s.get(slab<counted>::key()));
    EXPECT_EQ(births.living(), 1u);
  }
  EXPECT_EQ(births.living(), 0u);
  EXPECT_EQ(births.faults(), 0u);
}

TEST(Slab, GivesTheKeyBeforeTheValue) {
  slab<std::uint64_t> s;
  auto place = s.vacant_entry();
  const auto k = place.key();
  EXPECT_FALSE(s.contains(k));
  EXPECT_EQ(place.emplace(5u), k);
  EXPECT_FALSE(place);
  { const auto unused = s.vacant_entry(); }
  const auto made = s.insert_with([](auto own) { return own.to_integer(); });
  EXPECT_EQ(*s.get(*made), made->to_integer());
  EXPECT_EQ(s.size(), 2u);
}

TEST(Slab, IsAsItWasWhereAConstructorThrows) {
  struct thrower {
    explicit thrower(bool throws) {
      if (throws) throw std::runtime_error("no");
    }
  };
  slab<thrower> s(1);
  EXPECT_THROW(s.emplace(true), std::runtime_error);
  EXPECT_TRUE(s.empty());
  EXPECT_TRUE(s.emplace(false));
  EXPECT_FALSE(s.emplace(true)) << "a full slab makes a value";
  EXPECT_THROW(slab<int>(0), std::invalid_argument);
}

TEST(Slab, ShowsEachValueAndMayLoseItThen) {
  slab<int> s;
  std::set<slab_key<>> keys;
  for (int i = 0; i != 100; ++i) keys.insert(s.insert(i).value());
  int sum = 0;
  s.for_each([&](auto k, int& value) {
    EXPECT_EQ(keys.erase(k), 1u);
    sum += value;
    if (value % 2 == 0) s.remove(k);
  });
  EXPECT_EQ(sum, 4950);
  EXPECT_EQ(s.size(), 50u);
  s.clear();
  EXPECT_TRUE(s.empty());
}

TEST(Slab, NeverWrapsAGeneration) {
  slab<int, short_lives> s;
  std::set<slab_key<short_lives>> keys;
  for (int i = 0; i != 100; ++i) {
    const auto k = s.insert(i).value();
    ASSERT_TRUE(keys.insert(k).second) << "a key came again";
    s.remove(k);
  }
  for (const auto k : keys) EXPECT_FALSE(s.contains(k));
  EXPECT_EQ(s.spent(), 100u / 7);
}

TEST(Slab, HoldsWhatCannotBeMoved) {
  struct fixed {
    explicit fixed(int n) : number(n) {}
    fixed(const fixed&) = delete;
    int number;
  };
  slab<fixed> s;
  const auto k = s.insert_with([](auto) { return fixed(4); });
  EXPECT_EQ(s.get(*k)->number, 4);
}

}  // namespace
}  // namespace reclaim::tests
