// How long things take.

#ifndef RECLAIM_SYNC_CLOCK_H
#define RECLAIM_SYNC_CLOCK_H

#include <chrono>

namespace reclaim::sync {

// Returns how long ago some moment in the past was, the same one each time.  Wait-free; any thread; about 20 ns.
inline std::chrono::nanoseconds now() noexcept {
#if defined(RECLAIM_BACKEND_RELACY)
  return std::chrono::nanoseconds(0);  // a simulated run must not depend on how fast it is
#else
  return std::chrono::steady_clock::now().time_since_epoch();
#endif
}

}  // namespace reclaim::sync

#endif  // RECLAIM_SYNC_CLOCK_H
