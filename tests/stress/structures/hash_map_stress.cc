// hash_map under eight threads: every insertion, update and erasure is accounted for, key by key; walks miss nothing
// and see nothing twice; all that was born ends.  Begins with two buckets, so the table grows meanwhile.

#include "structures/hash_map.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "tests/support/counted.h"
#include "tests/support/schemes_under_test.h"
#include "tests/support/threads.h"

namespace reclaim::tests {
namespace {

using key = std::uint64_t;

constexpr std::size_t threads = 8;
constexpr std::chrono::milliseconds budget{300};

struct some_hashes {
  std::size_t operator()(key k) const noexcept { return count == 0 ? k : k % count; }
  key count = 0;
};

// A value says whose it is, and how often it was updated since its insertion.
constexpr std::uint64_t versions = 1 << 20;
std::uint64_t key_of_value(const counted& value) { return value.value() / versions; }
std::uint64_t version_of(const counted& value) { return value.value() % versions; }

// What one thread has done with each key.
struct account {
  explicit account(key keys) : inserted(keys), updated(keys), versions_erased(keys) {}

  std::vector<std::int64_t> inserted;  // less the erased
  std::vector<std::uint64_t> updated;
  std::vector<std::uint64_t> versions_erased;
};

template <class Domain>
class HashMapStress : public ::testing::Test {
 protected:
  using map_type = hash_map<key, counted, Domain, some_hashes>;

  ~HashMapStress() override { EXPECT_EQ(births_.faults(), 0u); }

  // Random operations on `keys` keys.
  static void work(map_type& map, random_stream random, key keys, account& mine) {
    const time_budget time(budget);
    for (std::uint64_t i = 0; i % 64 != 0 || !time.is_over(); ++i) {
      const key k = random.below(keys);
      switch (random.below(8)) {
        case 0:
        case 1: mine.inserted[k] += map.insert(k, k * versions); break;
        case 2: {
          std::uint64_t version = 0;
          const auto remember = [&](const key&, const counted& v) { return version = version_of(v), true; };
          if (map.erase_if(k, remember)) --mine.inserted[k], mine.versions_erased[k] += version;
          break;
        }
        case 3:
        case 4: mine.updated[k] += map.update(k, [](const counted& v) { return counted(v.value() + 1); }); break;
        case 5: {
          auto guard = map.domain().enter();
          auto shield = guard.shield();
          const counted* const v = map.find(k, shield);
          if (random.below(16) == 0) map.domain().drain();
          EXPECT_TRUE(v == nullptr || key_of_value(*v) == k);
          break;
        }
        default: map.visit(k, [&](counted& v) { EXPECT_EQ(key_of_value(v), k); });
      }
    }
  }

  // What all threads did with a key leaves what is in the map.
  static void settle_accounts(map_type& map, key keys, const std::vector<account>& accounts) {
    std::size_t left = 0;
    for (key k = 0; k != keys; ++k) {
      std::int64_t inserted = 0;
      std::uint64_t updated = 0, accounted = 0;
      for (const account& a : accounts) inserted += a.inserted[k], updated += a.updated[k], accounted += a.versions_erased[k];
      const bool is_there = map.visit(k, [&](counted& v) { accounted += version_of(v); });
      EXPECT_EQ(inserted, is_there ? 1 : 0) << "key " << k;
      EXPECT_EQ(updated, accounted) << "key " << k;
      left += is_there;
    }
    EXPECT_EQ(map.size(), left);
  }

  void run_accounts(key keys, some_hashes hashes) {
    Domain domain(small_options());
    map_type map(domain, {.initial_buckets = 2}, hashes);
    std::vector<account> accounts(threads, account(keys));

    run_disturbed_threads(threads, [&](std::size_t t) { work(map, random_stream(seed(), t), keys, accounts[t]); });

    settle_accounts(map, keys, accounts);
  }

  census births_;
};

TYPED_TEST_SUITE(HashMapStress, domains_under_test, domain_names);

TYPED_TEST(HashMapStress, AccountsForEveryKey) {
  this->run_accounts(300, some_hashes{});

  EXPECT_EQ(this->births_.living(), 0u);
}

TYPED_TEST(HashMapStress, AccountsForEveryKeyWhereHashesCollide) {
  this->run_accounts(12, some_hashes{2});

  EXPECT_EQ(this->births_.living(), 0u);
}

// Even keys stay and are replaced again and again; odd keys come and go.  Every walk sees every even key once.
TYPED_TEST(HashMapStress, WalksSeeWhatStaysOnce) {
  constexpr key stay = 200;
  {
    TypeParam domain(small_options());
    hash_map<key, counted, TypeParam, some_hashes> map(domain, {.initial_buckets = 2});
    for (key k = 0; k != stay; ++k) map.insert(2 * k, 2 * k * versions);
    std::atomic<std::size_t> walks{0};

    run_disturbed_threads(threads, [&](std::size_t t) {
      random_stream random(seed(), t);
      const time_budget time(budget);
      while (!time.is_over()) {
        if (t < 2) {
          std::vector<unsigned> seen(stay);
          map.for_each([&](const key& k, counted& v) {
            EXPECT_EQ(key_of_value(v), k);
            if (k % 2 == 0) ++seen[k / 2];
          });
          for (key k = 0; k != stay; ++k) ASSERT_EQ(seen[k], 1u) << "key " << 2 * k;
          ++walks;
        } else if (t == 2) {
          map.erase_if([&](const key& k, const counted&) { return k % 2 == 1 && random.below(2) == 0; });
        } else {
          const key k = random.below(stay);
          map.insert_or_assign(2 * k, 2 * k * versions);
          const key odd = 2 * random.below(4000) + 1;
          map.insert(odd, odd * versions);
          map.erase(2 * random.below(4000) + 1);
        }
      }
    });

    EXPECT_GT(walks, 0u);
    map.clear();
    EXPECT_EQ(map.size(), 0u);
  }
  EXPECT_EQ(this->births_.living(), 0u);
}

}  // namespace
}  // namespace reclaim::tests
