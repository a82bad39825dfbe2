// The contenders: every registered domain, and the rivals.

#ifndef RECLAIM_BENCH_SUPPORT_CONTENDERS_H
#define RECLAIM_BENCH_SUPPORT_CONTENDERS_H

#include <memory>
#include <vector>

#include "bench/support/block_cache.h"
#include "bench/support/contender.h"
#include "bench/support/locked_cache.h"
#include "bench/support/run.h"
#include "bench/support/run_result.h"
#include "bench/support/tbb_cache.h"

namespace reclaim::bench {

// One run over a Cache, on the heap: its padded parts are too large for a small stack.
template <class Cache>
run_result replay_over(const run_options& options, run_progress& progress) {
  return std::make_unique<run<Cache>>(options, progress)->result();
}

// A contender for each domain of a list, named as the domain names itself.
template <template <class...> class List, class... Domains>
std::vector<contender> contenders(List<Domains...>) {
  return {{Domains::name, replay_over<block_cache<Domains>>}...};
}

inline std::vector<contender> rivals() {
  return {{"shared_mutex", replay_over<locked_cache>}, {"tbb", replay_over<tbb_cache>}};
}

}  // namespace reclaim::bench

#endif  // RECLAIM_BENCH_SUPPORT_CONTENDERS_H
