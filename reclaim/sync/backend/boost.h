// The seam over Boost.Atomic.  Its 16-byte words are lock-free on x86-64 (built with -mcx16) without libatomic.

#ifndef RECLAIM_SYNC_BACKEND_BOOST_H
#define RECLAIM_SYNC_BACKEND_BOOST_H

#include <boost/atomic/atomic.hpp>
#include <boost/atomic/fences.hpp>
#include <boost/memory_order.hpp>

#include "reclaim/sync/backend/full_fence.h"
#include "reclaim/sync/backend/plain.h"

// What is compiled once is named after the backend, so that code on another one does not link with it.
#define RECLAIM_BACKEND_NAMESPACE on_boost

namespace reclaim::sync {
inline namespace on_boost {

template <class T>
using atomic = boost::atomic<T>;

using boost::memory_order;

inline void thread_fence(memory_order order) noexcept {
  if (order == memory_order::seq_cst) return unwatched::full_fence();
  boost::atomic_thread_fence(order);
}

// An atomic that a model checker may leave out of its search.
template <class T>
using unmodelled_atomic = atomic<T>;

// Keeps the compiler, and nothing else, from moving accesses across.
inline void compiler_fence() noexcept { boost::atomic_signal_fence(boost::memory_order::seq_cst); }

using unwatched::plain;

}  // namespace on_boost
}  // namespace reclaim::sync

#endif  // RECLAIM_SYNC_BACKEND_BOOST_H
