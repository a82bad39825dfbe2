// A small set of addresses: what the hazards of a domain name at one moment.

#ifndef RECLAIM_CORE_ADDRESS_SET_H
#define RECLAIM_CORE_ADDRESS_SET_H

#include <cstddef>
#include <cstdint>

#include "reclaim/sync/sync.h"

namespace reclaim {

// Open addressing with linear probing in a fixed array, at most half full.  Needs no memory but its own.
class address_set {
 public:
  static constexpr std::size_t capacity = 256;

  bool full() const noexcept { return size_ == capacity; }
  bool empty() const noexcept { return size_ == 0; }

  // Precondition: not full; `address` is not null.  O(1) expected.
  void insert(const void* address) noexcept {
    std::size_t i = slot_of(address);
    while (slots_[i] != nullptr) {
      if (slots_[i] == address) return;
      i = (i + 1) % slot_count;
    }
    slots_[i] = address;
    ++size_;
  }

  // O(1) expected.
  bool contains(const void* address) const noexcept {
    std::size_t i = slot_of(address);
    while (slots_[i] != nullptr) {
      if (slots_[i] == address) return true;
      i = (i + 1) % slot_count;
    }
    return false;
  }

 private:
  static constexpr std::size_t slot_count = 2 * capacity;
  static constexpr int slot_bits = 9;
  static_assert(slot_count == std::size_t{1} << slot_bits);

  // Fibonacci hashing: the top bits of a product with the golden ratio spread any aligned addresses.
  static std::size_t slot_of(const void* address) noexcept {
    const auto word = static_cast<std::uint64_t>(reinterpret_cast<std::uintptr_t>(address));
    return static_cast<std::size_t>((word * 0x9E3779B97F4A7C15U) >> (64 - slot_bits));
  }

  const void* slots_[slot_count] = {};
  std::size_t size_ = 0;
};

// So few addresses that looking at each is quickest.
class address_list {
 public:
  static constexpr std::size_t capacity = 2 * sync::hazards_a_block;

  bool full() const noexcept { return size_ == capacity; }
  bool empty() const noexcept { return size_ == 0; }
  void clear() noexcept { size_ = 0; }

  // Precondition: not full.
  void insert(const void* address) noexcept { addresses_[size_++] = address; }

  bool contains(const void* address) const noexcept {
    for (std::size_t i = 0; i != size_; ++i) {
      if (addresses_[i] == address) return true;
    }
    return false;
  }

 private:
  std::size_t size_ = 0;
  const void* addresses_[capacity];
};

}  // namespace reclaim

#endif  // RECLAIM_CORE_ADDRESS_SET_H
