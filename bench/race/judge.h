// What the figures of a race say about the bars.

#ifndef RECLAIM_BENCH_RACE_JUDGE_H
#define RECLAIM_BENCH_RACE_JUDGE_H

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "bench/race/rows.h"
#include "bench/race/schedule.h"
#include "bench/race/statistics.h"

namespace reclaim::race {

// One entrant in one row.
struct entry {
  subject who;
  std::vector<std::optional<double>> values;  // by round
  double median = 0;
  interval spread{0, 0};  // quartiles
};

// A bar, and what became of it.  Where there is nobody to hold it against, the ratio is no number.
struct verdict {
  const bar* what;
  std::string rival;
  double rival_value;
  double ratio;        // ours/theirs, the median of the rounds' ratios; with a constant, ours
  interval sure;       // where that lies with 95 %
  std::optional<bool> met;  // nothing if the bar lies within
};

// One row at one number of threads.
struct line {
  const row* what;
  std::size_t threads;
  std::string tag;
  std::vector<entry> entries;      // who has figures
  std::vector<std::string> failed;  // in words
  const entry* best_peer = nullptr;
  const entry* limit = nullptr;
  std::vector<verdict> verdicts;

  const entry* find(const std::string& name) const;
};

// The median of a/b over the rounds in which both have a value; nothing if there is none.
std::optional<double> ratio_of(const entry& a, const entry& b);

// All lines of `rows` of which there are results; what is not there is left out.  The lines refer to `rows`.
std::vector<line> judge(const std::vector<row>& rows, const std::vector<cell_result>& results);

// The names in `rows` that no subject has.
std::vector<std::string> unknown_names(const std::vector<row>& rows, const std::vector<subject>& all);

// The cell in which a row is run with so many threads.
cell cell_of(const row& r, std::size_t threads);

}  // namespace reclaim::race

#endif  // RECLAIM_BENCH_RACE_JUDGE_H
