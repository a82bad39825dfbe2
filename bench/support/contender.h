// What the replay compares.

#ifndef RECLAIM_BENCH_SUPPORT_CONTENDER_H
#define RECLAIM_BENCH_SUPPORT_CONTENDER_H

#include <string>

#include "bench/support/run_result.h"

namespace reclaim::bench {

struct contender {
  std::string name;
  run_result (*replay)(const run_options&, run_progress&);
  std::string store = {};  // where it keeps its blocks, of those that --store names; empty: elsewhere, whatever is asked for
};

}  // namespace reclaim::bench

#endif  // RECLAIM_BENCH_SUPPORT_CONTENDER_H
