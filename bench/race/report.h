// What the user sees of a race: a table, and the JSON.

#ifndef RECLAIM_BENCH_RACE_REPORT_H
#define RECLAIM_BENCH_RACE_REPORT_H

#include <string>
#include <vector>

#include "bench/race/judge.h"
#include "bench/race/options.h"

namespace reclaim::race {

// The machine, and what the entrants run on it.
struct conditions {
  std::string processor;
  unsigned processors;
  std::string kernel;
  std::string compiler;
  bool has_membarrier;
  std::string date;
  std::string preload;
};
conditions look_around(const options& o);

std::string header_text(const conditions& c, const field& all, const std::vector<subject>& racing);

// Every row: ours, the best peer, the limit, and the bars below.  `width`: characters.
std::string table_text(const std::vector<line>& lines, std::size_t width);

// One line: how many bars are met.
std::string summary_text(const std::vector<line>& lines);

std::string json_text(const conditions& c, const field& all, const std::vector<line>& lines, const std::vector<cell_result>& results,
                      double seconds);

}  // namespace reclaim::race

#endif  // RECLAIM_BENCH_RACE_REPORT_H
