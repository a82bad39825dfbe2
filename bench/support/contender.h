// What the replay compares.

#ifndef RECLAIM_BENCH_SUPPORT_CONTENDER_H
#define RECLAIM_BENCH_SUPPORT_CONTENDER_H

#include <string>

#include "bench/support/run_result.h"

namespace reclaim::bench {

struct contender {
  std::string name;
  run_result (*replay)(const run_options&, run_progress&);
};

}  // namespace reclaim::bench

#endif  // RECLAIM_BENCH_SUPPORT_CONTENDER_H
