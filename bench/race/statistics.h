// Medians, and how sure they are.

#ifndef RECLAIM_BENCH_RACE_STATISTICS_H
#define RECLAIM_BENCH_RACE_STATISTICS_H

#include <vector>

namespace reclaim::race {

struct interval {
  double low;
  double high;
};

// Precondition: `values` is not empty.
double median_of(std::vector<double> values);

// The quartiles: the middle half of the values lies between.  Precondition: `values` is not empty.
interval quartiles_of(std::vector<double> values);

// Where the median of what `values` are a sample of lies, with a confidence of at least 95 %: between two of the values,
// chosen by the binomial distribution; without bounds if there are fewer than six.
interval median_interval_of(std::vector<double> values);

}  // namespace reclaim::race

#endif  // RECLAIM_BENCH_RACE_STATISTICS_H
