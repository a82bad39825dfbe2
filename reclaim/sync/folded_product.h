// The product of two words, folded into one.

#ifndef RECLAIM_SYNC_FOLDED_PRODUCT_H
#define RECLAIM_SYNC_FOLDED_PRODUCT_H

#include <cstdint>

namespace reclaim::sync {

// Returns the low and the high half of a * b, xored.
constexpr std::uint64_t folded_product(std::uint64_t a, std::uint64_t b) noexcept {
#if defined(__SIZEOF_INT128__)
  __extension__ using wide = unsigned __int128;
  const wide product = static_cast<wide>(a) * b;
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
#else
  // By halves of the words; no sum overflows: (2^32 - 1)^2 + 2 (2^32 - 1) is 2^64 - 1.
  const std::uint64_t a_low = a & 0xffffffff, a_high = a >> 32, b_low = b & 0xffffffff, b_high = b >> 32;
  const std::uint64_t first = a_high * b_low + (a_low * b_low >> 32);
  const std::uint64_t second = a_low * b_high + (first & 0xffffffff);
  return a * b ^ (a_high * b_high + (first >> 32) + (second >> 32));
#endif
}

}  // namespace reclaim::sync

#endif  // RECLAIM_SYNC_FOLDED_PRODUCT_H
