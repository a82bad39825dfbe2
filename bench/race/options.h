// What the user asked the race for.

#ifndef RECLAIM_BENCH_RACE_OPTIONS_H
#define RECLAIM_BENCH_RACE_OPTIONS_H

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "bench/race/rows.h"

namespace reclaim::race {

struct options {
  std::vector<row> rows;           // those asked for, with the thread counts asked for
  std::vector<std::string> peers;  // families or subjects; empty: all
  std::size_t rounds = 9;
  bool is_quick = false;
  std::string preload;
  std::optional<std::filesystem::path> json_file;
  std::optional<std::filesystem::path> plot_file;
};

// Returns nothing if it has printed the help.  Throws: bench::input_error, with one line that says what is valid.
std::optional<options> parse_options(int argc, const char* const* argv);

// The subjects that `peers` names: whole families, or subjects; our own, and controls, always.
// Throws: bench::input_error.
std::vector<subject> chosen(const std::vector<subject>& all, const std::vector<std::string>& peers);

}  // namespace reclaim::race

#endif  // RECLAIM_BENCH_RACE_OPTIONS_H
