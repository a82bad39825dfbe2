// A pointer with marks or a small version in the bits that its alignment leaves free.

#ifndef RECLAIM_CORE_TAGGED_PTR_H
#define RECLAIM_CORE_TAGGED_PTR_H

#include <cstdint>

#include "reclaim/sync/sync.h"

namespace reclaim {

// One word: a T* and `tag_bits` low bits.  Trivially copyable, so it fits sync::atomic.
//
// `Bits` is a promise about T's alignment that is checked in debug builds, not by the type: T may be incomplete.
template <class T, unsigned Bits = 2>
class tagged_ptr {
 public:
  static constexpr std::uintptr_t tag_mask = (std::uintptr_t{1} << Bits) - 1;

  constexpr tagged_ptr() noexcept = default;
  constexpr tagged_ptr(std::nullptr_t) noexcept {}  // NOLINT(google-explicit-constructor): null is null

  // Precondition: `pointer` is a multiple of 2^Bits, `tag` is below it.
  explicit tagged_ptr(T* pointer, std::uintptr_t tag = 0) noexcept
      : word_(reinterpret_cast<std::uintptr_t>(pointer) | tag) {
    sync::check((reinterpret_cast<std::uintptr_t>(pointer) & tag_mask) == 0 && tag <= tag_mask,
                "tagged_ptr: the pointer's alignment leaves no room for the tag");
  }

  T* pointer() const noexcept { return reinterpret_cast<T*>(word_ & ~tag_mask); }
  std::uintptr_t tag() const noexcept { return word_ & tag_mask; }
  tagged_ptr with_tag(std::uintptr_t tag) const noexcept { return tagged_ptr(pointer(), tag); }

  // Whether there is a pointer, whatever the tag.
  explicit operator bool() const noexcept { return pointer() != nullptr; }
  friend bool operator==(tagged_ptr, tagged_ptr) noexcept = default;

 private:
  std::uintptr_t word_ = 0;
};

}  // namespace reclaim

#endif  // RECLAIM_CORE_TAGGED_PTR_H
