// Traces of block accesses: what the replay reads.

#ifndef RECLAIM_BENCH_SUPPORT_TRACE_H
#define RECLAIM_BENCH_SUPPORT_TRACE_H

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace reclaim::bench {

// One access to one block: a block number of at most 63 bits, and whether it writes.
class operation {
 public:
  // Block numbers lie below this, so that the caches have values left to mark empty slots with.
  static constexpr std::uint64_t key_limit = std::uint64_t{1} << 62;

  operation(std::uint64_t key, bool is_write) noexcept : word_(key << 1 | (is_write ? 1 : 0)) {}

  std::uint64_t key() const noexcept { return word_ >> 1; }
  bool is_write() const noexcept { return (word_ & 1) != 0; }

  friend bool operator==(operation, operation) = default;

 private:
  std::uint64_t word_;
};

struct trace {
  std::string name;
  std::vector<operation> operations;
  std::size_t distinct_keys = 0;
  std::size_t writes = 0;
};

// What is wrong with what the user gave, in one line.
struct input_error : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// How the bytes of a trace are read; `by_name` takes u32 for names like x.u32, x.u32.gz and x.u32.xz, csv for all others.
enum class trace_format { by_name, csv, u32 };

// Parses the text of a CSV trace: the header "version,time,op,size,lbn", then one access a line; op is the SCSI code
// in hexadecimal, 28 reads and 2a writes.
// Throws input_error, with `name` and the number of the line.
trace parse_csv(std::string_view text, std::string name);

// Parses keys of four bytes, little-endian, all of them reads.
// Throws input_error if there is none, or the last is cut.
trace parse_u32(std::string_view bytes, std::string name);

// Reads and parses a file; what is compressed by gzip or xz is expanded on the way.
// Throws input_error.
trace read_trace(const std::filesystem::path& file, trace_format format);

// Returns `operations` as a trace, counted.
trace make_trace(std::string name, std::vector<operation> operations);

}  // namespace reclaim::bench

#endif  // RECLAIM_BENCH_SUPPORT_TRACE_H
