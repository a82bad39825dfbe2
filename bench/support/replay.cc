#include "bench/support/replay.h"

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <map>
#include <new>
#include <optional>
#include <string>
#include <system_error>
#include <utility>

#include "bench/support/child.h"
#include "bench/support/options.h"
#include "bench/support/plot.h"
#include "bench/support/progress_bar.h"
#include "bench/support/report.h"
#include "bench/support/terminal.h"
#include "bench/support/user_path.h"
#include "bench/support/zipf.h"

namespace reclaim::bench {
namespace {

// The text of bench/plot.py: the binary needs no file beside it.
constexpr const char* plot_script =
#include "bench/support/plot_script.inc"
    ;

// Shorter runs measure how threads start.
constexpr std::size_t least_operations = 1'000'000;

std::vector<contender> chosen(const std::vector<contender>& all, const options& o) {
  std::vector<contender> some;
  for (const contender& c : all) {
    const bool is_named = o.schemes.empty() || std::find(o.schemes.begin(), o.schemes.end(), c.name) != o.schemes.end();
    if (is_named && (c.store.empty() || c.store == o.store)) some.push_back(c);
  }
  return some;
}

void print_heading(const circumstances& around) {
  const trace& t = *around.input;
  std::printf("%s: %zu operations (%.0f%% writes), %zu distinct blocks\n", t.name.c_str(), t.operations.size(),
              100.0 * static_cast<double>(t.writes) / static_cast<double>(t.operations.size()), t.distinct_keys);
  std::printf("capacity %zu blocks, %zu threads, median of %zu repetitions, %zu %s each", around.capacity, around.threads,
              around.repetitions, around.passes, around.passes == 1 ? "pass" : "passes");
  if (around.store != "map") std::printf(", blocks in a %s", around.store.c_str());
  if (around.stall.count() != 0) std::printf(", one reader stalls for %lld ms", static_cast<long long>(around.stall.count()));
  std::printf("\n\n");
  std::fflush(stdout);
}

// Runs every contender, in turns: what disturbs the machine for a while disturbs all alike.
// Returns a row for each that has one; what failed is added to `failures`.
std::vector<row> run_all(const std::vector<contender>& contenders, const circumstances& around, std::vector<std::string>& failures) {
  const run_options one{around.input, around.threads, around.capacity, around.stall, around.passes};
  const progress_bar bar;
  const std::size_t runs = contenders.size() * around.repetitions;
  std::map<std::string, std::vector<run_result>> results;
  std::size_t step = 0;
  for (std::size_t repetition = 0; repetition != around.repetitions; ++repetition) {
    for (const contender& c : contenders) {
      try {
        results[c.name].push_back(run_in_child([&](run_progress& progress) { return c.replay(one, progress); },
                                               [&](const run_progress& now) {
                                                 bar.show((static_cast<double>(step) + now.per_mille() / 1000.0) / static_cast<double>(runs),
                                                          "run " + std::to_string(step + 1) + " of " + std::to_string(runs) + ": " + c.name +
                                                              live_text(now.stalled()));
                                               }));
      } catch (const run_failure& failure) {
        failures.push_back(c.name + ": " + failure.what());
      }
      ++step;
    }
  }
  std::vector<row> rows;
  for (const contender& c : contenders) {
    if (!results[c.name].empty()) rows.push_back(summarize(c.name, around.threads, std::move(results[c.name])));
  }
  return rows;
}

void expect_different(const std::optional<std::filesystem::path>& a, const std::optional<std::filesystem::path>& b) {
  std::error_code error;
  if (!a || !b || (*a != *b && !std::filesystem::equivalent(*a, *b, error))) return;
  throw input_error(a->string() + ": is named twice, and would be overwritten");
}

// All that can be wrong with the input is found here, before anything is run or written.
std::pair<trace, circumstances> prepare(const options& o) {
  expect_different(o.trace_file, o.json_file);
  expect_different(o.trace_file, o.plot_file);
  expect_different(o.json_file, o.plot_file);
  if (o.json_file) expect_writable(*o.json_file, "--json");
  if (o.plot_file) expect_writable(*o.plot_file, "--plot");
  trace input = o.trace_file ? read_trace(*o.trace_file, o.format) : zipf_trace();
  circumstances around;
  around.capacity = o.capacity != 0 ? o.capacity : std::max<std::size_t>(1, input.distinct_keys / 4);
  around.passes = o.passes != 0 ? o.passes : (least_operations + input.operations.size() - 1) / input.operations.size();
  around.threads = o.threads;
  around.repetitions = o.repetitions;
  around.stall = o.stall;
  around.store = o.store;
  return {std::move(input), around};
}

int run_and_report(const options& o, const std::vector<contender>& contenders) {
  auto [input, around] = prepare(o);
  around.input = &input;
  print_heading(around);
  std::vector<std::string> failures;
  const std::vector<row> rows = run_all(contenders, around, failures);
  std::printf("%s", table_text(rows, terminal_width()).c_str());
  std::printf("%s", bounds_text(rows).c_str());
  std::printf("%s", in_the_way_text(rows).c_str());
  std::fflush(stdout);
  const std::string json = json_text(rows, around);
  if (o.json_file) write_file(*o.json_file, json);
  const bool is_drawn = !o.plot_file || draw_plot("replay", plot_script, json, *o.plot_file);
  for (std::string& check : failed_checks(rows)) failures.push_back(std::move(check));
  for (const std::string& failure : failures) std::fprintf(stderr, "replay: FAILED: %s\n", failure.c_str());
  if (!failures.empty()) return check_failed;
  std::printf("\nchecked: every read verified, every block ended, no operation lost\n");
  return is_drawn ? all_is_well : not_drawn;
}

}  // namespace

int replay(int argc, const char* const* argv, const std::vector<contender>& contenders) {
  std::vector<std::string> names;
  for (const contender& c : contenders) names.push_back(c.name);
  try {
    const std::optional<options> o = parse_options(argc, argv, names);
    return o ? run_and_report(*o, chosen(contenders, *o)) : all_is_well;
  } catch (const input_error& e) {
    std::fprintf(stderr, "replay: %s\n", e.what());
  } catch (const std::bad_alloc&) {
    std::fprintf(stderr, "replay: not enough memory for this trace\n");
  }
  return bad_input;
}

}  // namespace reclaim::bench
