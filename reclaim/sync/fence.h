// Asymmetric fences: free for the many that read, dear for the few that reclaim.
//
// A light fence and a heavy fence, or two heavy ones, are ordered in the single total order of seq_cst fences; two
// light ones are not.  Where the kernel grants membarrier(PRIVATE_EXPEDITED) the light fence is an instruction to
// the compiler alone, and the heavy one runs a full fence on every running thread of the process.  Elsewhere both
// are full fences.  Which of the two holds is decided once, before the first domain or participant exists.
//
// Source: P1202R5 (names); D. Vyukov and Linux, membarrier(2).

#ifndef RECLAIM_SYNC_FENCE_H
#define RECLAIM_SYNC_FENCE_H

#include "reclaim/sync/branch.h"

namespace reclaim::sync {
inline namespace RECLAIM_BACKEND_NAMESPACE {
// Written over the backend that sync.h chose: `atomic`, `thread_fence` and `compiler_fence` are its names.

// An integer, because Boost.Atomic initialises no other at compile time.
using fence_mode = unsigned;
inline constexpr fence_mode undecided = 0;
inline constexpr fence_mode symmetric = 1;
inline constexpr fence_mode asymmetric = 2;

namespace detail {
inline constinit atomic<fence_mode> fences{undecided};
bool membarrier() noexcept;             // false: the kernel refused
long call_membarrier(int command) noexcept;
bool is_switched_off(const char* variable) noexcept;  // by "off" in the environment
fence_mode decide_fence_mode() noexcept;
}  // namespace detail

// Decides how fences work, unless that is decided.  RECLAIM_MEMBARRIER=off in the environment rules membarrier out.
// Returns the mode.  Wait-free but for the system call of the first call; any thread.
inline fence_mode ensure_fence_mode() noexcept {
  const fence_mode mode = detail::fences.load(memory_order::acquire);  // edge fence-mode
  if (mode != undecided) [[likely]] return mode;
  return detail::decide_fence_mode();
}

// Whether the reader's half is a compiler fence.  Precondition: the mode is decided.  Wait-free; any thread.
inline bool is_asymmetric() noexcept {
  // relaxed: the mode was decided before the domain that asks was made.
  return detail::fences.load(memory_order::relaxed) == asymmetric;
}

// The reader's half where is_asymmetric() is known to be true.
inline void asymmetric_light_fence() noexcept { compiler_fence(); }

// The reader's half.  Wait-free; any thread; async-signal-safe.  A compiler fence where membarrier is granted.
[[gnu::always_inline]] inline void light_fence() noexcept {
  if (nearly_always(is_asymmetric())) {
    asymmetric_light_fence();
  } else {
    thread_fence(memory_order::seq_cst);
  }
}

// The reclaimer's half.  Returns false if the kernel refused, and then nothing is ordered and nothing may be freed.
// Wait-free for the library; with membarrier 3 to 10 us while another thread of the process runs, 0.1 us alone.
inline bool heavy_fence() noexcept {
  if (ensure_fence_mode() == asymmetric) return detail::membarrier();
  thread_fence(memory_order::seq_cst);
  return true;
}

}  // namespace RECLAIM_BACKEND_NAMESPACE
}  // namespace reclaim::sync

#endif  // RECLAIM_SYNC_FENCE_H
