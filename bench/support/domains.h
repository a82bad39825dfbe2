// A benchmark for each registered domain.

#ifndef RECLAIM_BENCH_SUPPORT_DOMAINS_H
#define RECLAIM_BENCH_SUPPORT_DOMAINS_H

#include <string>

#include <benchmark/benchmark.h>

#include "reclaim/schemes.h"

namespace reclaim::bench {

// Calls register_one(type_list<D>{}, D::name) for each domain.
template <class... Domains, class Register>
void for_each_domain(type_list<Domains...>, Register&& register_one) {
  (register_one(type_list<Domains>{}, std::string(Domains::name)), ...);
}

// Registers `measure(state, type_list<D>{})` as "what/scheme" for each domain, with 1, 2 and 8 threads.
template <class Measure>
void register_for_all(const std::string& what, Measure measure) {
  for_each_domain(all_domains{}, [&](auto domain, const std::string& scheme) {
    benchmark::RegisterBenchmark((what + "/" + scheme).c_str(),
                                 [=](benchmark::State& state) { measure(state, domain); })
        ->ThreadRange(1, 2)
        ->Threads(8)
        ->UseRealTime();
  });
}

}  // namespace reclaim::bench

#endif  // RECLAIM_BENCH_SUPPORT_DOMAINS_H
