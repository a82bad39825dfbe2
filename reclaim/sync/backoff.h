// Waiting a little, then a little longer, then letting others run.

#ifndef RECLAIM_SYNC_BACKOFF_H
#define RECLAIM_SYNC_BACKOFF_H

#if !defined(RECLAIM_BACKEND_RELACY)
#include <sched.h>
#endif

namespace reclaim::sync {

// Tells the core that this is a spin loop.
inline void relax() noexcept {
#if defined(RECLAIM_BACKEND_RELACY)
  yield_to_model();
#elif defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause();
#elif defined(__aarch64__) || defined(__arm__)
  asm volatile("yield" ::: "memory");
#endif
}

// Gives the rest of this thread's time slice away.
inline void yield() noexcept {
#if defined(RECLAIM_BACKEND_RELACY)
  yield_to_model();
#else
  sched_yield();
#endif
}

// Spins of a pause that is long for a cache line on its way, also to a far processor, and short for whoever calls: two or
// three microseconds.
#if defined(RECLAIM_BACKEND_RELACY)
inline constexpr unsigned spins_aside = 1;
#else
inline constexpr unsigned spins_aside = 128;
#endif

// Leaves the field to whoever else is in the same loop.  It runs several rounds with the words in its cache, where two
// that take turns would send them to and fro at each.
[[gnu::noinline]] inline void step_aside() noexcept {
  for (unsigned i = 0; i != spins_aside; ++i) relax();
}

// Spins until `holds` does, but not for long.  Returns whether it does.
template <class Condition>
bool wait_briefly(const Condition& holds) noexcept {
  for (unsigned i = 0; i != spins_aside; ++i) {
    if (holds()) return true;
    relax();
  }
  return holds();
}

// Exponential backoff for one contended retry loop.
class backoff {
 public:
  // Waits: 1, 2, 4 ... 64 spins, and from then on one yield a call.
  void pause() noexcept {
    if (spins_ > most_spins) return yield();
    for (unsigned i = 0; i != spins_; ++i) relax();
    spins_ *= 2;
  }

 private:
  static constexpr unsigned most_spins = 64;
  unsigned spins_ = 1;
};

}  // namespace reclaim::sync

#endif  // RECLAIM_SYNC_BACKOFF_H
