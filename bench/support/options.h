// The command line of the replay.

#ifndef RECLAIM_BENCH_SUPPORT_OPTIONS_H
#define RECLAIM_BENCH_SUPPORT_OPTIONS_H

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "bench/support/trace.h"

namespace reclaim::bench {

struct options {
  std::optional<std::filesystem::path> trace_file;  // none: the embedded trace
  trace_format format = trace_format::by_name;
  std::size_t threads = 0;
  std::size_t capacity = 0;  // blocks; 0: a quarter of the trace's distinct keys
  std::size_t repetitions = 0;
  std::size_t passes = 0;  // of the trace in one run; 0: as many as make a run long enough
  std::chrono::milliseconds stall{0};
  std::vector<std::string> schemes;  // none: all
  std::string store = "map";         // where the schemes keep their blocks: map, or slab
  std::optional<std::filesystem::path> json_file;
  std::optional<std::filesystem::path> plot_file;
};

// Parses the command line; `schemes` are the names that --scheme takes.  Returns none if help was asked for and shown.
// Throws input_error.
std::optional<options> parse_options(int argc, const char* const* argv, const std::vector<std::string>& schemes);

}  // namespace reclaim::bench

#endif  // RECLAIM_BENCH_SUPPORT_OPTIONS_H
