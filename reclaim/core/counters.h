// What a domain has done, counted by each participant for itself.

#ifndef RECLAIM_CORE_COUNTERS_H
#define RECLAIM_CORE_COUNTERS_H

#include <cstddef>

#include "reclaim/sync/sync.h"

namespace reclaim {

// Sums over all participants of a domain.  Exact at rest; while threads work each is a little behind.
struct counters {
  std::size_t retired = 0;         // objects handed to the domain
  std::size_t reclaimed = 0;       // objects whose deleter has run
  std::size_t collects = 0;        // attempts to find out what may end
  std::size_t heavy_failures = 0;  // attempts that the kernel refused, and that freed nothing
  std::size_t advances = 0;        // epochs that one of them began
  std::size_t passed = 0;          // those that began although a guard was behind; it is protected by its slots
  std::size_t held_up = 0;         // attempts to begin one that a guard was in the way of
};

// A count that one thread writes and any thread reads.  No decision about an object's end rests on it, so a model
// checker need not branch on it.
class owned_counter {
 public:
  // relaxed: a count orders nothing.
  void add(std::size_t n) noexcept { count_.store(count_.load(relaxed) + n, relaxed); }
  std::size_t get() const noexcept { return count_.load(relaxed); }

 private:
  sync::unmodelled_atomic<std::size_t> count_{0};
};

}  // namespace reclaim

#endif  // RECLAIM_CORE_COUNTERS_H
