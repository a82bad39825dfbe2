// How many operations a second a team does.

#ifndef RECLAIM_BENCH_RACE_ENTRANT_RATE_H
#define RECLAIM_BENCH_RACE_ENTRANT_RATE_H

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <vector>

#include "bench/race/entrant/team.h"

namespace reclaim::race {

// Operations a second of all workers together, from when the first begins until the last ends; each repeats
// portion(worker), which returns how many operations it did, until `seconds` have passed since the first began.
template <class Portion>
double rate_of(team& workers, double seconds, Portion portion) {
  using clock = std::chrono::steady_clock;
  struct alignas(128) span {
    clock::time_point begin, end;
    std::uint64_t operations = 0;
  };
  std::vector<span> spans(workers.size());
  std::atomic<clock::rep> first{clock::time_point::max().time_since_epoch().count()};
  const auto length = std::chrono::duration_cast<clock::duration>(std::chrono::duration<double>(seconds));
  workers.run([&](std::size_t worker) {
    span& mine = spans[worker];
    mine.begin = mine.end = clock::now();
    clock::rep earliest = first.load();
    while (mine.begin.time_since_epoch().count() < earliest &&
           !first.compare_exchange_weak(earliest, mine.begin.time_since_epoch().count())) {
    }
    const clock::time_point stop = clock::time_point(clock::duration(first.load())) + length;
    for (; mine.end < stop; mine.end = clock::now()) mine.operations += portion(worker);
  });
  span all = spans.front();
  all.operations = 0;
  for (const span& s : spans) {
    all.begin = std::min(all.begin, s.begin);
    all.end = std::max(all.end, s.end);
    all.operations += s.operations;
  }
  return static_cast<double>(all.operations) / std::chrono::duration<double>(all.end - all.begin).count();
}

}  // namespace reclaim::race

#endif  // RECLAIM_BENCH_RACE_ENTRANT_RATE_H
