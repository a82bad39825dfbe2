// A count that one thread writes and any thread reads.

#ifndef RECLAIM_CORE_OWNED_COUNTER_H
#define RECLAIM_CORE_OWNED_COUNTER_H

#include <cstddef>

#include "reclaim/sync/sync.h"

namespace reclaim {

// No decision about an object's end rests on it, so a model checker need not branch on it.
class owned_counter {
 public:
  // relaxed: a count orders nothing.
  void add(std::size_t n) noexcept { count_.store(count_.load(relaxed) + n, relaxed); }
  std::size_t get() const noexcept { return count_.load(relaxed); }

 private:
  sync::unmodelled_atomic<std::size_t> count_{0};
};

}  // namespace reclaim

#endif  // RECLAIM_CORE_OWNED_COUNTER_H
