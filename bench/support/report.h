// What is told of all runs: the row of each scheme, the table, the JSON, the verdict.

#ifndef RECLAIM_BENCH_SUPPORT_REPORT_H
#define RECLAIM_BENCH_SUPPORT_REPORT_H

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

#include "bench/support/run_result.h"
#include "bench/support/trace.h"

namespace reclaim::bench {

// All repetitions of one scheme in one line.
struct row {
  std::string scheme;
  std::size_t threads = 0;
  run_result median;  // the run of median throughput; peaks, who is in the way and failed checks are those of all runs
  double mops_min = 0;
  double mops_max = 0;
};

// What all rows have in common.
struct circumstances {
  const trace* input = nullptr;
  std::size_t capacity = 0;
  std::size_t threads = 0;
  std::size_t repetitions = 0;
  std::chrono::milliseconds stall{0};
  std::size_t passes = 1;  // of the trace in one run, at least
  std::string store = "map";
};

// Precondition: at least one run.
row summarize(std::string scheme, std::size_t threads, std::vector<run_result> runs);

// Returns the table, no line wider than `width` if that can be.
std::string table_text(const std::vector<row>& rows, std::size_t width);

// What waited at most, for each scheme that states a bound; a line, or nothing.
std::string bounds_text(const std::vector<row>& rows);

// Who was seen in the way of reclamation for longest, for each scheme in which somebody was; a line, or nothing.
std::string in_the_way_text(const std::vector<row>& rows);

// The same of a run that is going on, to stand behind its name.
std::string live_text(const std::optional<stalled_reader>& reader);

std::string json_text(const std::vector<row>& rows, const circumstances& around);

// Returns a line for each check that failed.
std::vector<std::string> failed_checks(const std::vector<row>& rows);

}  // namespace reclaim::bench

#endif  // RECLAIM_BENCH_SUPPORT_REPORT_H
