// What is raced, and the bars: every row of the table, as data.

#ifndef RECLAIM_BENCH_RACE_ROWS_H
#define RECLAIM_BENCH_RACE_ROWS_H

#include <algorithm>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "bench/race/families.h"

namespace reclaim::race {

// What one figure of ours is held against.
struct bar {
  std::string words;
  std::string who;  // of ours
  enum class direction { at_most, at_least } is;
  double limit;  // of the ratio ours/theirs; or, with a constant, of the figure itself

  // One of these:
  std::function<bool(const subject&)> peers;  // the best of those
  std::string named;                          // the subject of that name
  struct own {                                // our own figure in another row of the cell, or with other threads
    std::string row;
    std::size_t threads;
  };
  std::optional<own> elsewhere;
  bool is_constant = false;

  std::vector<std::size_t> threads;  // for which it holds; empty: all of the row
  std::string best_in = {};          // the row in which the best of `peers` is looked for; empty: this one

  bool holds_at(std::size_t n) const { return threads.empty() || std::find(threads.begin(), threads.end(), n) != threads.end(); }
};

struct row {
  std::string id;
  std::string title;
  std::string course;
  std::vector<std::string> arguments;  // to the entrant, beside course, subject, threads and the length of a round
  std::vector<std::size_t> threads;
  std::string figure;  // by which name the entrant gives it
  std::string unit;
  bool less_is_better;
  std::string limit;  // the control that is the limit; may be empty
  std::function<bool(const subject&)> takes_part;  // beside running the course
  std::function<bool(const subject&)> peers;       // among whom the row's best peer is looked for
  std::vector<std::string> ours;                   // the columns of the table
  std::vector<bar> bars;
  bool is_quick;  // also with --quick
  std::string preload = {};  // a library that the entrants load first: an allocator
};

const std::vector<row>& all_rows();

}  // namespace reclaim::race

#endif  // RECLAIM_BENCH_RACE_ROWS_H
