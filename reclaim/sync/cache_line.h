// How far apart words must lie that different threads write.

#ifndef RECLAIM_SYNC_CACHE_LINE_H
#define RECLAIM_SYNC_CACHE_LINE_H

#include <cstddef>

namespace reclaim::sync {

// Bytes.  Two lines of 64: x86-64 prefetches the adjacent line, and some AArch64 cores have lines of 128.
inline constexpr std::size_t cache_line = 128;

// A T that shares its cache line with nothing else.
template <class T>
struct alignas(cache_line) padded {
  T value{};
};

// Has the line of *address fetched, to be written soon.  Any address, null as well.
inline void prefetch_to_write(const void* address) noexcept {
#if defined(__x86_64__)
  // By its name: for any x86-64 g++ makes a prefetch for reading of the built-in, and then the line is sent for once more to
  // be written.  A processor that does not know the instruction passes it by.
  __asm__ __volatile__("prefetchw (%0)" : : "r"(address));
#else
  __builtin_prefetch(address, 1);
#endif
}

}  // namespace reclaim::sync

#endif  // RECLAIM_SYNC_CACHE_LINE_H
