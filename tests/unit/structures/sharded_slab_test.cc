#include "structures/sharded_slab.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "reclaim/schemes/epoch.h"
#include "reclaim/schemes/hazard.h"
#include "tests/support/allocations.h"
#include "tests/support/counted.h"
#include "tests/support/schemes_under_test.h"
#include "tests/support/threads.h"

namespace reclaim::tests {
namespace {

struct short_lives : slab_config {
  static constexpr unsigned generation_bits = 4;
  static constexpr std::size_t page_bytes = 256;
};
constexpr std::size_t lives = 7;  // of a place whose generation has 4 bits: 3, 5 .. 15

struct with_user_bits : slab_config {
  static constexpr unsigned index_bits = 24;
  static constexpr unsigned generation_bits = 30;
};

TEST(SlabKey, IsANumberAndBack) {
  epoch_domain domain;
  sharded_slab<int, epoch_domain> slab(domain);
  const auto k = slab.insert(1).value();
  using key = decltype(slab)::key;

  EXPECT_EQ(key::from_integer(k.to_integer()), k);
  EXPECT_FALSE(key::from_integer(0)) << "no slab has such a key";
  EXPECT_FALSE(key::from_integer(key().to_integer())) << "a key that names nothing";
  EXPECT_FALSE(key::from_integer(k.to_integer() + (std::uint64_t(1) << 32))) << "an even generation";
  EXPECT_EQ(std::hash<key>()(k), std::hash<std::uint64_t>()(k.to_integer()));
}

TEST(SlabKey, LeavesBitsToItsUser) {
  epoch_domain domain;
  sharded_slab<int, epoch_domain, with_user_bits> slab(domain);
  using key = decltype(slab)::key;
  static_assert(key::user_bits == 10);
  static_assert(slab_key<>::user_bits == 0);

  const key plain = slab.insert(7).value();
  const key marked = plain.with_user(1023);

  EXPECT_EQ(plain.user(), 0u);
  EXPECT_EQ(marked.user(), 1023u);
  EXPECT_EQ(marked.index(), plain.index());
  EXPECT_EQ(*slab.get(marked), 7);
  EXPECT_TRUE(slab.remove(marked.with_user(5)));
  EXPECT_FALSE(slab.contains(plain));
}

// Each place has its lives, no key comes twice, and then the place is counted and used no more.
TEST(ShardedSlab, NeverWrapsAGeneration) {
  epoch_domain domain(small_options());
  sharded_slab<int, epoch_domain, short_lives> slab(domain);
  using key = decltype(slab)::key;
  std::set<key> keys;
  std::size_t highest = 0;
  for (int i = 0; i != 5000; ++i) {
    const key k = slab.insert(i).value();
    ASSERT_TRUE(keys.insert(k).second) << "a key came again";
    highest = std::max(highest, k.index());
    slab.remove(k);
  }
  domain.drain();
  for (const key k : keys) ASSERT_FALSE(slab.contains(k));
  EXPECT_GE(slab.spent(), 5000 / lives - 64);
  EXPECT_GE(highest + 1, 5000 / lives);
  EXPECT_LE(highest, 2000u);
}

TEST(ShardedSlab, IsFullWhereAllPlacesAreUsedUp) {
  epoch_domain domain(small_options());
  sharded_slab<int, epoch_domain, short_lives> slab(domain, {.capacity = 10});
  std::size_t count = 0;
  for (int idle = 0; idle != 3;) {
    if (const auto k = slab.insert(1)) {
      ++count;
      slab.remove(*k);
      idle = 0;
    } else {
      domain.drain();
      ++idle;
    }
  }
  EXPECT_EQ(count, 10 * lives);
  EXPECT_EQ(slab.spent(), 10u);
}

TEST(ShardedSlab, SaysWhatIsWrongWithItsOptions) {
  epoch_domain domain;
  try {
    sharded_slab<int, epoch_domain> slab(domain, {.capacity = 0});
    FAIL() << "a slab for nothing";
  } catch (const std::invalid_argument& e) {
    EXPECT_STREQ(e.what(), "slab_options: capacity must be at least 1");
  }
}

// Wherever memory ends, nothing is lost, and the slab goes on when there is some again.
TEST(ShardedSlab, GoesOnAfterMemoryWasExhausted) {
  if (!allocations_are_replaced()) GTEST_SKIP() << "allocations are a sanitizer's";
  census births;
  {
    epoch_domain domain;
    for (std::size_t allowed = 0; allowed != 13; ++allowed) {
      std::unique_ptr<sharded_slab<counted, epoch_domain>> slab;
      {
        const exhausted_memory memory(allowed);
        try {
          slab = std::make_unique<sharded_slab<counted, epoch_domain>>(domain);
          for (std::uint64_t i = 0; i != 100; ++i) slab->emplace(i);
        } catch (const std::bad_alloc&) {
          ASSERT_LT(allowed, 9u);
        }
      }
      if (!slab) slab = std::make_unique<sharded_slab<counted, epoch_domain>>(domain);
      const std::size_t before = slab->size();
      ASSERT_TRUE(slab->emplace(7u));
      ASSERT_EQ(slab->size(), before + 1);
    }
  }
  EXPECT_EQ(births.living(), 0u);
}

TEST(ShardedSlab, AllocatesNothingWhereItHasReserved) {
  if (!allocations_are_replaced()) GTEST_SKIP() << "allocations are a sanitizer's";
  epoch_domain domain;
  sharded_slab<std::uint64_t, epoch_domain> slab(domain);
  slab.reserve(1500);
  {
    auto joins = domain.enter();
  }
  const exhausted_memory memory;
  const allocation_count count;
  std::vector<slab_key<>>::size_type inserted = 0;
  for (std::uint64_t i = 0; i != 1500; ++i) inserted += slab.insert(i) ? 1 : 0;
  EXPECT_EQ(inserted, 1500u);
  EXPECT_EQ(count.get(), 0u);
}

TEST(ShardedSlab, HoldsObjectsOfAnySizeAndAlignment) {
  struct alignas(256) wide {
    unsigned char bytes[256];
  };
  struct large {
    unsigned char bytes[5000];
  };
  epoch_domain domain;
  sharded_slab<wide, epoch_domain> wides(domain);
  sharded_slab<large, epoch_domain> larges(domain);
  sharded_slab<char, epoch_domain> chars(domain);
  for (int i = 0; i != 200; ++i) {
    const auto k = wides.emplace().value();
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(&*wides.get(k)) % 256, 0u);
    larges.get(larges.emplace().value())->bytes[4999] = 1;
    EXPECT_EQ(*chars.get(chars.insert('x').value()), 'x');
  }
  EXPECT_EQ(decltype(chars)::bytes_an_entry, 2 * sizeof(void*) + 16u);
  EXPECT_EQ((sharded_slab<std::uint64_t, hazard_domain>::bytes_an_entry), 2 * sizeof(void*) + 16u);
}

// Threads that come, use the slab, and go: 65,536 of them.
TEST(ShardedSlab, StaysSmallWhereManyThreadsComeAndGo) {
  epoch_domain domain(small_options());
  sharded_slab<std::uint64_t, epoch_domain> slab(domain);
  constexpr std::size_t threads = 65'536;
  std::size_t highest = 0;
  for (std::size_t i = 0; i != threads; ++i) {
    std::thread([&] {
      const auto k = slab.insert(i).value();
      highest = std::max(highest, k.index());
      slab.remove(k);
    }).join();
  }
  EXPECT_LT(highest, 2048u);
}

}  // namespace
}  // namespace reclaim::tests
