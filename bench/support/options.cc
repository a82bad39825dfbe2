#include "bench/support/options.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <charconv>
#include <cstdint>
#include <iostream>
#include <limits>
#include <map>
#include <thread>

#include "bench/support/user_path.h"

namespace reclaim::bench {
namespace {

constexpr std::uint64_t most_threads = 4096;
constexpr std::uint64_t most_blocks = std::uint64_t{1} << 31;
constexpr std::uint64_t most_repetitions = 1000;
constexpr std::uint64_t most_passes = 1'000'000;
constexpr std::uint64_t most_stall_ms = 3'600'000;

// An option that takes a whole number in [least, most]; says so in one line if it is given anything else.
CLI::Option* add_number(CLI::App& app, const std::string& option, std::uint64_t least, std::uint64_t most, const std::string& text,
                        std::uint64_t& target) {
  CLI::Option* const added = app.add_option_function<std::string>(
      option,
      [=, &target](const std::string& given) {
        std::uint64_t value = 0;
        const auto [end, error] = std::from_chars(given.data(), given.data() + given.size(), value);
        if (error != std::errc{} || end != given.data() + given.size() || value < least || value > most) {
          throw CLI::ValidationError(option, "expected a whole number from " + std::to_string(least) + " to " + std::to_string(most) +
                                                 ", not '" + given + "'");
        }
        target = value;
      },
      text);
  return added->type_name("N");
}

std::optional<std::filesystem::path> path_of(const std::string& given) {
  if (given.empty()) return std::nullopt;
  return user_path(given);
}

}  // namespace

std::optional<options> parse_options(int argc, const char* const* argv, const std::vector<std::string>& schemes) {
  CLI::App app(
      "Replays a trace of block accesses against a shared cache of blocks, once for every scheme of the library and for\n"
      "two rivals, and compares throughput, read latency and memory.  Each run has a process of its own.  It checks itself:\n"
      "a checksum mismatch, a block that was born and did not end, a lost operation, or more\n"
      "unreclaimed blocks than a scheme says makes it exit with 1; bad input with 2.",
      "replay");
  std::string trace_file, json_file, plot_file;
  std::uint64_t threads = std::max(1u, std::thread::hardware_concurrency());
  std::uint64_t capacity = 0;
  std::uint64_t repetitions = 5;
  std::uint64_t passes = 0;
  std::uint64_t stall = 0;
  options o;
  const std::map<std::string, trace_format> formats{{"auto", trace_format::by_name}, {"csv", trace_format::csv}, {"u32", trace_format::u32}};
  app.add_option("--trace", trace_file, "trace to replay, .gz and .xz too (default: an embedded Zipf trace)")->type_name("FILE");
  app.add_option("--format", o.format,
                 "csv: version,time,op,size,lbn with op 28 (read) or 2a (write); u32: little-endian keys, all read; auto: by the file's name")
      ->transform(CLI::Transformer(formats, CLI::ignore_case).description(""))
      ->check(CLI::IsMember({trace_format::by_name, trace_format::csv, trace_format::u32}).description(""))
      ->type_name("auto|csv|u32");
  add_number(app, "--threads", 1, most_threads, "threads that share the trace (default: all cores)", threads);
  add_number(app, "--capacity", 1, most_blocks, "blocks in the cache (default: a quarter of the trace's distinct keys)", capacity);
  add_number(app, "--repetitions", 1, most_repetitions, "runs of each scheme; the one of median throughput is shown (default: 5)", repetitions);
  add_number(app, "--passes", 1, most_passes, "times that one run replays the trace (default: as many as make a million operations)", passes);
  add_number(app, "--stall", 0, most_stall_ms,
             "milliseconds for which one more reader holds a guard and protects a block; the trace repeats meanwhile", stall)
      ->type_name("MS");
  app.add_option("--scheme", o.schemes, "only these schemes, separated by commas (default: all)")
      ->delimiter(',')
      ->check(CLI::IsMember(schemes).description(""))
      ->type_name("NAME");
  app.add_option("--store", o.store, "where the schemes keep their blocks: in the map, or in a slab, whose keys are in the map (default: map)")
      ->check(CLI::IsMember({"map", "slab"}).description(""))
      ->type_name("map|slab");
  app.add_option("--json", json_file, "writes the results as JSON")->type_name("FILE");
  app.add_option("--plot", plot_file, "draws throughput and unreclaimed memory over time (needs python3 with matplotlib)")->type_name("FILE.svg");
  app.footer(
      "Read latency: one read in 32 is timed with steady_clock (about 25 ns of it is the clock), misses with what fills them.\n"
      "Peaks: the largest of all repetitions; unreclaimed blocks are sampled every millisecond; RSS is the whole process, trace included.");
  try {
    app.parse(argc, argv);
  } catch (const CLI::CallForHelp&) {
    std::cout << app.help();
    return std::nullopt;
  } catch (const CLI::ParseError& e) {
    throw input_error(e.what());
  }
  o.trace_file = path_of(trace_file);
  o.json_file = path_of(json_file);
  o.plot_file = path_of(plot_file);
  o.threads = static_cast<std::size_t>(threads);
  o.capacity = static_cast<std::size_t>(capacity);
  o.repetitions = static_cast<std::size_t>(repetitions);
  o.passes = static_cast<std::size_t>(passes);
  o.stall = std::chrono::milliseconds(stall);
  return o;
}

}  // namespace reclaim::bench
