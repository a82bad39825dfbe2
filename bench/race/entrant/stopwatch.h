// Time, as the courses measure it.

#ifndef RECLAIM_BENCH_RACE_ENTRANT_STOPWATCH_H
#define RECLAIM_BENCH_RACE_ENTRANT_STOPWATCH_H

#include <chrono>
#include <cstdint>

#include "bench/race/entrant/team.h"

namespace reclaim::race {

class stopwatch {
 public:
  double seconds() const { return std::chrono::duration<double>(clock::now() - start_).count(); }

 private:
  using clock = std::chrono::steady_clock;
  clock::time_point start_ = clock::now();
};

// Operations a second of all workers together; each repeats portion(worker), which returns how many operations it did,
// until `seconds` have passed, and is measured by its own clock.
template <class Portion>
double rate_of(team& workers, double seconds, Portion portion) {
  std::vector<double> rates(workers.size());
  workers.run([&](std::size_t worker) {
    std::uint64_t operations = 0;
    double elapsed = 0;
    for (const stopwatch watch; elapsed < seconds; elapsed = watch.seconds()) operations += portion(worker);
    rates[worker] = static_cast<double>(operations) / elapsed;
  });
  double sum = 0;
  for (const double rate : rates) sum += rate;
  return sum;
}

}  // namespace reclaim::race

#endif  // RECLAIM_BENCH_RACE_ENTRANT_STOPWATCH_H
