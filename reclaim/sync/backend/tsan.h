// The seam under ThreadSanitizer, which does not understand fences.
//
// A fence here orders the machine and gives no happens-before: every edge that protects data stands on acquire and
// release of the atomics themselves, and a race of a container is not hidden by the fences of its domain.

#ifndef RECLAIM_SYNC_BACKEND_TSAN_H
#define RECLAIM_SYNC_BACKEND_TSAN_H

#include <atomic>

#include "reclaim/sync/backend/full_fence.h"
#include "reclaim/sync/backend/plain.h"

// What is compiled once is named after the backend, so that code on another one does not link with it.
#define RECLAIM_BACKEND_NAMESPACE on_tsan

namespace reclaim::sync {
inline namespace on_tsan {

template <class T>
using atomic = std::atomic<T>;

using std::memory_order;

// A full fence whatever the order, in the one form that the sanitizer neither models nor warns of.
inline void thread_fence(memory_order) noexcept { unwatched::full_fence(); }
#if !defined(__x86_64__) && !defined(__aarch64__)
#error "reclaim: no fence for this architecture under ThreadSanitizer"
#endif

// An atomic that a model checker may leave out of its search.
template <class T>
using unmodelled_atomic = atomic<T>;

// Keeps the compiler, and nothing else, from moving accesses across.
inline void compiler_fence() noexcept { asm volatile("" ::: "memory"); }

using unwatched::plain;

}  // namespace on_tsan
}  // namespace reclaim::sync

#endif  // RECLAIM_SYNC_BACKEND_TSAN_H
