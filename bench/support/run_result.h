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

// Who has been in the way of reclamation, as the domain tells.
struct stalled_reader {
  std::string thread;
  double ms = 0;  // for so long
  std::uint64_t holds_at_most = 0;  // blocks
};

// How far a run is and who is in its way, for whoever watches from another process.
class run_progress {
 public:
  void set_done(unsigned per_mille) noexcept { per_mille_.store(per_mille, relaxed); }
  unsigned per_mille() const noexcept { return per_mille_.load(relaxed); }

  void set_stalled(const std::optional<stalled_reader>& reader) noexcept;
  std::optional<stalled_reader> stalled() const;

 private:
  static constexpr std::size_t words_a_name = 2;

  sync::atomic<unsigned> per_mille_{0};
  sync::atomic<std::uint64_t> stalled_ms_{0};  // 0: nobody
  sync::atomic<std::uint64_t> holds_{0};
  sync::atomic<std::uint64_t> name_[words_a_name] = {};
};

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
  std::optional<stalled_reader> in_the_way;  // for longest
};

// A result as text, from one process to another.
std::string to_json_text(const run_result& result);
run_result from_json_text(std::string_view text);

}  // namespace reclaim::bench

#endif  // RECLAIM_BENCH_SUPPORT_RUN_RESULT_H
