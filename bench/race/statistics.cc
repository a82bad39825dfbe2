#include "bench/race/statistics.h"

#include <algorithm>
#include <boost/math/distributions/binomial.hpp>
#include <boost/math/statistics/univariate_statistics.hpp>
#include <cstddef>
#include <limits>

namespace reclaim::race {

double median_of(std::vector<double> values) { return boost::math::statistics::median(values); }

interval quartiles_of(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const std::size_t quarter = (values.size() - 1) / 4;
  return {values[quarter], values[values.size() - 1 - quarter]};
}

interval median_interval_of(std::vector<double> values) {
  constexpr double either_side = 0.025;
  std::sort(values.begin(), values.end());
  const boost::math::binomial_distribution<> below_median(static_cast<double>(values.size()), 0.5);
  // How many may be cut off at either end: the chance that so many or fewer lie on one side of the median.
  std::size_t cut = 0;
  while (cut < values.size() / 2 && cdf(below_median, static_cast<double>(cut)) <= either_side) ++cut;
  if (cut == 0) return {-std::numeric_limits<double>::infinity(), std::numeric_limits<double>::infinity()};
  return {values[cut - 1], values[values.size() - cut]};
}

}  // namespace reclaim::race
