// Rounds: every entrant of a cell in turn, each turn another one first, until there are enough that can be compared.

#ifndef RECLAIM_BENCH_RACE_SCHEDULE_H
#define RECLAIM_BENCH_RACE_SCHEDULE_H

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "bench/race/families.h"
#include "bench/race/placement.h"
#include "bench/race/rows.h"

namespace reclaim::race {

// What is run once and may feed several rows.
struct cell {
  std::string course;
  std::vector<std::string> arguments;
  std::size_t threads;
  std::string preload;

  friend bool operator==(const cell&, const cell&) = default;
};

// One entrant's figures in a cell, round by round; no value where its round was taken at another placement.
struct result {
  subject who;
  std::vector<std::optional<std::map<std::string, double>>> rounds;
  std::string failure;  // how it dropped out, if it did
};

struct cell_result {
  cell what;
  std::string tag;  // "near", "far", or "" with one thread
  std::vector<double> ns_between;  // of every measurement
  std::vector<result> entrants;
};

struct terms {
  std::size_t rounds = 9;
  std::size_t least_rounds = 7;  // at one placement; else up to twice as many rounds are run
  double scale = 1;              // of the length of a round
  std::chrono::milliseconds fill_limit{60'000};  // until an entrant must be ready
  std::chrono::milliseconds round_limit{10'000};
  std::function<double()> ns_between = ns_between_processors;
};

// The seconds that a round of one entrant takes, about.
double seconds_a_round(const cell& what, double scale);

// Runs the cell for those of `field` that take part.  Tells show(entrant, share of the cell that is done).
cell_result run_cell(const cell& what, const std::vector<subject>& field, const std::filesystem::path& folder, const terms& terms,
                     const std::function<void(const std::string&, double)>& show);

}  // namespace reclaim::race

#endif  // RECLAIM_BENCH_RACE_SCHEDULE_H
