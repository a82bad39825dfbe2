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
#include "bench/support/slab_cache.h"
#include "bench/support/tbb_cache.h"

namespace reclaim::bench {

// One run over a Cache, on the heap: its padded parts are too large for a small stack.
template <class Cache>
run_result replay_over(const run_options& options, run_progress& progress) {
  return std::make_unique<run<Cache>>(options, progress)->result();
}

// Two contenders for each domain of a list, named as the domain names itself: with the blocks in the map, or in a slab.
template <template <class...> class List, class... Domains>
std::vector<contender> contenders(List<Domains...>) {
  std::vector<contender> all{{Domains::name, replay_over<block_cache<Domains>>, "map"}...};
  for (const contender& c : {contender{Domains::name, replay_over<slab_cache<Domains>>, "slab"}...}) all.push_back(c);
  return all;
}

inline std::vector<contender> rivals() {
  return {{"shared_mutex", replay_over<locked_cache>}, {"tbb", replay_over<tbb_cache>}};
}

}  // namespace reclaim::bench

#endif  // RECLAIM_BENCH_SUPPORT_CONTENDERS_H
