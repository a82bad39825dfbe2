// Time that has passed.

#ifndef RECLAIM_BENCH_SUPPORT_STOPWATCH_H
#define RECLAIM_BENCH_SUPPORT_STOPWATCH_H

#include <chrono>

namespace reclaim::bench {

// Runs from when it is made.
class stopwatch {
 public:
  double seconds() const { return std::chrono::duration<double>(clock::now() - start_).count(); }

 private:
  using clock = std::chrono::steady_clock;
  clock::time_point start_ = clock::now();
};

}  // namespace reclaim::bench

#endif  // RECLAIM_BENCH_SUPPORT_STOPWATCH_H
