// A run in a process of its own: its memory is its own to be measured, and its end, however it ends, is seen.

#ifndef RECLAIM_BENCH_SUPPORT_CHILD_H
#define RECLAIM_BENCH_SUPPORT_CHILD_H

#include <functional>
#include <stdexcept>

#include "bench/support/run_result.h"

namespace reclaim::bench {

// How a run's process ended that gave no result.
struct run_failure : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// What is shown of a child that works.
using progress_watcher = std::function<void(const run_progress&)>;

// Forks, calls work(progress) in the child, and watch(progress) here a few times a second until it is done.
// Returns what work() returned, with the child's peak RSS.  Blocking.
// Precondition: this process has one thread.
// Throws run_failure if the child ended otherwise.
run_result run_in_child(const std::function<run_result(run_progress&)>& work, const progress_watcher& watch);

}  // namespace reclaim::bench

#endif  // RECLAIM_BENCH_SUPPORT_CHILD_H
