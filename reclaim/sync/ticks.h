// A clock that costs next to nothing, in a unit of its own: for telling what share of the time something takes.

#ifndef RECLAIM_SYNC_TICKS_H
#define RECLAIM_SYNC_TICKS_H

#include <chrono>
#include <cstdint>

namespace reclaim::sync {

// Returns a count that grows at a steady pace.  Wait-free; any thread.
inline std::uint64_t ticks() noexcept {
#if defined(RECLAIM_BACKEND_RELACY)
  return 0;  // a simulated run must not depend on how fast it is
#elif defined(__x86_64__)
  return __builtin_ia32_rdtsc();
#else
  return static_cast<std::uint64_t>(std::chrono::steady_clock::now().time_since_epoch().count());
#endif
}

}  // namespace reclaim::sync

#endif  // RECLAIM_SYNC_TICKS_H
