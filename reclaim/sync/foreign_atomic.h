// Loads from atomics that are not the seam's: std::atomic, where that is another one.

#ifndef RECLAIM_SYNC_FOREIGN_ATOMIC_H
#define RECLAIM_SYNC_FOREIGN_ATOMIC_H

#include <atomic>

#include "reclaim/sync/sync.h"

namespace reclaim::sync {
inline namespace RECLAIM_BACKEND_NAMESPACE {

template <class Source>
inline constexpr bool is_of_the_seam = requires(const Source& source) { source.load(memory_order::relaxed); };

template <class Source>
[[gnu::always_inline]] inline auto load_acquire(const Source& source) noexcept {
  if constexpr (is_of_the_seam<Source>) {
    return source.load(memory_order::acquire);  // edge of whoever published it
  } else {
    return source.load(std::memory_order::acquire);  // edge of whoever published it
  }
}

template <class Source>
[[gnu::always_inline]] inline auto load_relaxed(const Source& source) noexcept {
  if constexpr (is_of_the_seam<Source>) {
    return source.load(memory_order::relaxed);
  } else {
    return source.load(std::memory_order::relaxed);
  }
}

}  // namespace RECLAIM_BACKEND_NAMESPACE
}  // namespace reclaim::sync

#endif  // RECLAIM_SYNC_FOREIGN_ATOMIC_H
