// How threads share one trace: each takes the next few operations, and the trace repeats: so often at least, and until
// it is told to close.

#ifndef RECLAIM_BENCH_SUPPORT_TRACE_CURSOR_H
#define RECLAIM_BENCH_SUPPORT_TRACE_CURSOR_H

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "reclaim/sync/sync.h"

namespace reclaim::bench {

class trace_cursor {
 public:
  // Some consecutive operations: [begin, end) of the trace, in a run in which `taken` operations went before.
  struct share {
    std::size_t begin;
    std::size_t end;
    std::uint64_t taken;

    bool empty() const noexcept { return begin == end; }
  };

  // Precondition: length > 0, passes > 0.
  explicit trace_cursor(std::size_t length, std::size_t passes = 1) noexcept
      : length_(length), least_(static_cast<std::uint64_t>(length) * passes) {}

  // Takes the next operations.  Returns none when the cursor is closed and a whole number of passes, as many as were
  // asked for, was taken.
  share take() noexcept {
    std::uint64_t state = state_.load(relaxed);  // relaxed: the operations themselves never change
    for (;;) {
      const std::uint64_t taken = state / step;
      const auto begin = static_cast<std::size_t>(taken % length_);
      if (begin == 0 && taken >= least_ && (state & closed) != 0) return {0, 0, taken};
      const std::size_t count = std::min(share_size, length_ - begin);
      if (state_.compare_exchange_weak(state, state + count * step, relaxed, relaxed)) return {begin, begin + count, taken};
    }
  }

  // Lets the pass that is under way be the last, if it is not one of the first.
  void close() noexcept { state_.fetch_or(closed, relaxed); }

  std::uint64_t taken() const noexcept { return state_.load(relaxed) / step; }

 private:
  static constexpr std::size_t share_size = 256;  // operations

  // One word, so that a share is never taken past the end of the last pass: operations taken, and the closed bit.
  static constexpr std::uint64_t closed = 1;
  static constexpr std::uint64_t step = 2;

  const std::size_t length_;
  const std::uint64_t least_;  // operations
  alignas(sync::cache_line) sync::atomic<std::uint64_t> state_{0};
};

}  // namespace reclaim::bench

#endif  // RECLAIM_BENCH_SUPPORT_TRACE_CURSOR_H
