// A full fence, in the form that costs least.

#ifndef RECLAIM_SYNC_BACKEND_FULL_FENCE_H
#define RECLAIM_SYNC_BACKEND_FULL_FENCE_H

#include <atomic>

namespace reclaim::sync::unwatched {

// Orders all accesses before it with all that follow.  x86-64: any locked instruction does, in 2 ns; mfence, which clang
// takes always and g++ where it compiles for size, takes 16.
inline void full_fence() noexcept {
#if defined(__x86_64__)
  asm volatile("lock orq $0, (%%rsp)" ::: "memory", "cc");
#elif defined(__aarch64__)
  asm volatile("dmb ish" ::: "memory");
#else
  std::atomic_thread_fence(std::memory_order::seq_cst);
#endif
}

}  // namespace reclaim::sync::unwatched

#endif  // RECLAIM_SYNC_BACKEND_FULL_FENCE_H
