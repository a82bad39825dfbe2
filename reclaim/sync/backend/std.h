// The seam over the standard library.

#ifndef RECLAIM_SYNC_BACKEND_STD_H
#define RECLAIM_SYNC_BACKEND_STD_H

#include <atomic>

#include "reclaim/sync/backend/full_fence.h"
#include "reclaim/sync/backend/plain.h"

// What is compiled once is named after the backend, so that code on another one does not link with it.
#define RECLAIM_BACKEND_NAMESPACE on_std

namespace reclaim::sync {
inline namespace on_std {

template <class T>
using atomic = std::atomic<T>;

using std::memory_order;

inline void thread_fence(memory_order order) noexcept {
  if (order == memory_order::seq_cst) return unwatched::full_fence();
  std::atomic_thread_fence(order);
}

// An atomic that a model checker may leave out of its search.
template <class T>
using unmodelled_atomic = atomic<T>;

// Keeps the compiler, and nothing else, from moving accesses across.
inline void compiler_fence() noexcept { std::atomic_signal_fence(std::memory_order::seq_cst); }

using unwatched::plain;

}  // namespace on_std
}  // namespace reclaim::sync

#endif  // RECLAIM_SYNC_BACKEND_STD_H
