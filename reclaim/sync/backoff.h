// Waiting a little, then a little longer, then letting others run.

#ifndef RECLAIM_SYNC_BACKOFF_H
#define RECLAIM_SYNC_BACKOFF_H

#if !defined(RECLAIM_BACKEND_RELACY)
#include <sched.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>
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

// Sleeps for `microseconds`, less than a second.  Not a point of cancellation.
inline void sleep(long microseconds) noexcept {
#if defined(RECLAIM_BACKEND_RELACY)
  static_cast<void>(microseconds);
  yield_to_model();
#else
  const timespec time{0, microseconds * 1000};
  syscall(SYS_clock_nanosleep, CLOCK_MONOTONIC, 0, &time, nullptr);
#endif
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

// For who waits until other threads have come to an end of something: soon, most often, and perhaps never.
class long_wait {
 public:
  // Waits: a few times as backoff does, then from 50 us to 1 ms, twice as long each time.
  void pause() noexcept {
    if (pauses_ != most_pauses) {
      ++pauses_;
      return backoff_.pause();
    }
    sleep(microseconds_);
    microseconds_ = microseconds_ < 500 ? 2 * microseconds_ : 1000;
  }

 private:
  static constexpr unsigned most_pauses = 16;
  unsigned pauses_ = 0;
  long microseconds_ = 50;
  backoff backoff_;
};

}  // namespace reclaim::sync

#endif  // RECLAIM_SYNC_BACKOFF_H
