// What a run is asked, and what it found.

#ifndef RECLAIM_BENCH_SUPPORT_RUN_RESULT_H
#define RECLAIM_BENCH_SUPPORT_RUN_RESULT_H

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bench/support/trace.h"
#include "reclaim/sync/sync.h"

namespace reclaim::bench {

struct run_options {
  const trace* input;
  std::size_t threads;
  std::size_t capacity;               // blocks
  std::chrono::milliseconds stall{0};  // 0: nobody stalls
  std::size_t passes = 1;              // of the trace, at least
};

// How far a run is, for whoever watches: 0 to 1000, per mille.
using run_progress = sync::atomic<unsigned>;

// How much waited to be reclaimed at one moment.
struct sample {
  double ms;  // since the run began
  std::size_t objects;
};

struct run_result {
  double mops = 0;
  std::uint64_t read_p50_ns = 0;
  std::uint64_t read_p99_ns = 0;
  std::uint64_t read_p999_ns = 0;
  double hit_rate = 0;  // of the reads
  std::optional<std::uint64_t> retired;
  std::optional<std::uint64_t> reclaimed;
  std::optional<std::uint64_t> peak_unreclaimed_objects;
  std::optional<std::uint64_t> peak_unreclaimed_bytes;
  std::optional<std::uint64_t> bound_objects;  // that the scheme states, of what may be unreclaimed
  std::uint64_t peak_rss_bytes = 0;  // whoever ran the process fills it in
  std::uint64_t checksum_mismatches = 0;
  std::uint64_t lost = 0;
  std::int64_t unended = 0;  // blocks born and not ended; negative: ended twice
  std::vector<sample> timeline;
  std::size_t bytes_an_object = 0;  // of an unreclaimed block, with its node
  double stall_begin_ms = 0;
  double stall_end_ms = 0;  // both 0: nobody stalled
};

// A result as text, from one process to another.
std::string to_json_text(const run_result& result);
run_result from_json_text(std::string_view text);

}  // namespace reclaim::bench

#endif  // RECLAIM_BENCH_SUPPORT_RUN_RESULT_H
