// A small set of addresses.

#include "reclaim/core/address_set.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>

#include "tests/support/threads.h"

namespace reclaim::tests {
namespace {

const void* address(std::uintptr_t word) { return reinterpret_cast<const void*>(word); }

TEST(AddressSet, IsEmptyAtFirst) {
  const address_set set;

  EXPECT_TRUE(set.empty());
  EXPECT_FALSE(set.full());
  EXPECT_FALSE(set.contains(address(16)));
}

TEST(AddressSet, HoldsAddressesThatLieTogether) {
  address_set set;
  for (std::uintptr_t i = 1; i <= address_set::capacity; ++i) set.insert(address(i * 64));

  EXPECT_TRUE(set.full());
  for (std::uintptr_t i = 1; i <= address_set::capacity; ++i) EXPECT_TRUE(set.contains(address(i * 64)));
  for (std::uintptr_t i = 1; i <= address_set::capacity; ++i) EXPECT_FALSE(set.contains(address(i * 64 + 16)));
}

TEST(AddressSet, CountsAnAddressOnce) {
  address_set set;

  for (std::size_t i = 0; i != 2 * address_set::capacity; ++i) set.insert(address(16));

  EXPECT_FALSE(set.full());
  EXPECT_TRUE(set.contains(address(16)));
}

TEST(AddressSet, HoldsAddressesFromAnywhere) {
  random_stream random(seed());
  address_set set;
  std::uintptr_t words[address_set::capacity];
  for (std::uintptr_t& word : words) set.insert(address(word = random() | 1));

  for (const std::uintptr_t word : words) {
    EXPECT_TRUE(set.contains(address(word)));
    EXPECT_FALSE(set.contains(address(word ^ 1)));
  }
}

TEST(AddressList, HoldsWhatWasInsertedUntilItIsCleared) {
  address_list list;
  EXPECT_TRUE(list.empty());
  for (std::uintptr_t i = 1; i <= address_list::capacity; ++i) {
    EXPECT_FALSE(list.full());
    list.insert(address(i * 64));
  }

  EXPECT_TRUE(list.full());
  EXPECT_TRUE(list.contains(address(64)));
  EXPECT_TRUE(list.contains(address(address_list::capacity * 64)));
  EXPECT_FALSE(list.contains(address(80)));

  list.clear();

  EXPECT_TRUE(list.empty());
  EXPECT_FALSE(list.contains(address(64)));
}

}  // namespace
}  // namespace reclaim::tests
