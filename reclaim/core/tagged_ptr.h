// A pointer with marks or a small version in the bits that it does not need.

#ifndef RECLAIM_CORE_TAGGED_PTR_H
#define RECLAIM_CORE_TAGGED_PTR_H

#include <cstdint>

#include "reclaim/sync/sync.h"

namespace reclaim {

// One word: a T*, a tag in its `Bits` low bits, and a prefix in its `High` high bits.  Trivially copyable, so it fits
// sync::atomic.
//
// `Bits` is a promise about T's alignment, `High` one about addresses; both are checked in debug builds, not by the type:
// T may be incomplete.
template <class T, unsigned Bits = 2, unsigned High = 0>
class tagged_ptr {
  static_assert(High <= sync::spare_address_bits, "tagged_ptr: addresses have no so many bits to spare here");
  static constexpr unsigned low_width = 8 * sizeof(std::uintptr_t) - High;  // bits of the address and the tag

 public:
  static constexpr std::uintptr_t tag_mask = (std::uintptr_t{1} << Bits) - 1;

  constexpr tagged_ptr() noexcept = default;
  constexpr tagged_ptr(std::nullptr_t) noexcept {}  // NOLINT(google-explicit-constructor): null is null

  // Precondition: `pointer` is a multiple of 2^Bits, `tag` is below it, `prefix` is below 2^High.
  explicit tagged_ptr(T* pointer, std::uintptr_t tag = 0, std::uintptr_t prefix = 0) noexcept
      : word_(reinterpret_cast<std::uintptr_t>(pointer) | tag) {
    sync::check((reinterpret_cast<std::uintptr_t>(pointer) & tag_mask) == 0 && tag <= tag_mask,
                "tagged_ptr: the pointer's alignment leaves no room for the tag");
    if constexpr (High != 0) {
      sync::check(word_ >> low_width == 0 && prefix >> High == 0, "tagged_ptr: the address leaves no room for the prefix");
      word_ |= prefix << low_width;
    }
  }

  T* pointer() const noexcept {
    constexpr std::uintptr_t address_mask = (~std::uintptr_t{0} << High >> High) & ~tag_mask;
    return reinterpret_cast<T*>(word_ & address_mask);
  }
  std::uintptr_t tag() const noexcept { return word_ & tag_mask; }
  std::uintptr_t prefix() const noexcept {
    if constexpr (High == 0) return 0;
    else return word_ >> low_width;
  }

  // The same pointer and prefix.  Precondition: `tag` is below 2^Bits.
  tagged_ptr with_tag(std::uintptr_t tag) const noexcept {
    tagged_ptr other;
    other.word_ = (word_ & ~tag_mask) | tag;
    return other;
  }

  // Whether there is a pointer, whatever the tag.
  explicit operator bool() const noexcept { return pointer() != nullptr; }
  friend bool operator==(tagged_ptr, tagged_ptr) noexcept = default;

 private:
  std::uintptr_t word_ = 0;
};

}  // namespace reclaim

#endif  // RECLAIM_CORE_TAGGED_PTR_H
