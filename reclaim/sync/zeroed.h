// Arrays in memory that is zero before it is used, taken from the system where they are large, and given back in parts.

#ifndef RECLAIM_SYNC_ZEROED_H
#define RECLAIM_SYNC_ZEROED_H

#include <cstddef>

namespace reclaim::sync {
inline namespace RECLAIM_BACKEND_NAMESPACE {

namespace detail {
template <class T>
inline constexpr std::size_t zeroed_alignment = alignof(T) > 64 ? alignof(T) : 64;

void* make_zeroed(std::size_t bytes, std::size_t alignment) noexcept;
void end_zeroed(void* begin, std::size_t bytes, std::size_t alignment) noexcept;
// The part that the system took back, as far as whole pages of the system reach.
struct given {
  std::size_t begin, end;  // offsets in bytes; equal if it is nothing
};
given give_back(void* begin, std::size_t bytes, std::size_t from, std::size_t to) noexcept;
}  // namespace detail

// Returns an array of `n` objects that begins at a cache line, or null if there is no memory.  Nothing is touched where it
// is large.  T is valid where it is all zeros, and needs no destructor.
// Blocking, as the heap and the system are; any thread.  O(bytes) up to 128 KiB, beyond that a few us.
template <class T>
T* make_zeroed(std::size_t n) noexcept {
  static_assert(alignof(T) <= 4096, "make_zeroed: more than a page of the system is aligned to");
  if (n > static_cast<std::size_t>(-1) / 2 / sizeof(T)) return nullptr;
  return static_cast<T*>(detail::make_zeroed(n * sizeof(T), detail::zeroed_alignment<T>));
}

// Gives all of it back.  `n`: as it was made.
template <class T>
void end_zeroed(T* array, std::size_t n) noexcept {
  if (array != nullptr) detail::end_zeroed(array, n * sizeof(T), detail::zeroed_alignment<T>);
}

// Makes zeros of the `count` objects from `first` on, or has forget() do that with a T, and gives their memory back to the
// system where it can.  Who reads one meanwhile finds what was there, or zeros.
template <class T, class Forget>
void give_back(T* array, std::size_t n, std::size_t first, std::size_t count, Forget&& forget) noexcept {
  const detail::given given = detail::give_back(array, n * sizeof(T), first * sizeof(T), (first + count) * sizeof(T));
  for (std::size_t i = first; i != first + count; ++i) {
    if (i * sizeof(T) < given.begin || (i + 1) * sizeof(T) > given.end) forget(array[i]);
  }
}

}  // namespace RECLAIM_BACKEND_NAMESPACE
}  // namespace reclaim::sync

#endif  // RECLAIM_SYNC_ZEROED_H
