// Races our schemes and structures against their peers.  `race --help` says how.

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "bench/race/judge.h"
#include "bench/race/options.h"
#include "bench/race/report.h"
#include "bench/race/schedule.h"
#include "bench/support/plot.h"
#include "bench/support/progress_bar.h"
#include "bench/support/replay.h"
#include "bench/support/stopwatch.h"
#include "bench/support/terminal.h"
#include "bench/support/trace.h"
#include "bench/support/user_path.h"

namespace reclaim::race {
namespace {

// The text of bench/race/plot.py: the program needs no file beside it.
constexpr const char* plot_script =
#include "bench/race_plot_script.inc"
    ;

// A cell, and who takes part in one of its rows.
struct heat {
  cell what;
  std::string title;
  std::vector<subject> field;
};

std::vector<heat> heats_of(const std::vector<row>& rows, const std::vector<subject>& racing) {
  std::vector<heat> all;
  for (const row& r : rows) {
    for (const std::size_t threads : r.threads) {
      const cell what = cell_of(r, threads);
      auto known = std::find_if(all.begin(), all.end(), [&](const heat& h) { return h.what == what; });
      heat& h = known != all.end() ? *known : all.emplace_back(heat{what, r.id + ", " + std::to_string(threads) + (threads == 1 ? " thread" : " threads"), {}});
      const auto enter = [&](const subject& s) {
        const bool is_there = std::any_of(h.field.begin(), h.field.end(), [&](const subject& t) { return t.name == s.name; });
        if (!is_there) h.field.push_back(s);
      };
      for (const subject& s : racing) {
        if (!s.runs(r.course) || !r.takes_part(s)) continue;
        enter(s);
        // What is held against itself with other threads races beside itself, round by round.
        for (const bar& b : r.bars) {
          if (b.who == s.name && b.holds_at(threads) && b.elsewhere && b.elsewhere->row == r.id) enter(at(s, b.elsewhere->threads));
        }
      }
    }
  }
  return all;
}

// What a heat takes, about: to start and fill each entrant, and its rounds, with what lies between them.
double seconds_of(const heat& h, const terms& t) {
  const bool is_large = std::find(h.what.arguments.begin(), h.what.arguments.end(), "--zipf") != h.what.arguments.end();
  const double fill = is_large ? 3 : h.what.course == "map" ? 0.25 : 0.05;
  return static_cast<double>(h.field.size()) * (fill + static_cast<double>(t.rounds) * (1.3 * seconds_a_round(h.what, t.scale) + 0.01));
}

// Runs all heats, and shows how far it is.
std::vector<cell_result> run_heats(const std::vector<heat>& heats, double expected, const std::filesystem::path& folder, const terms& t) {
  const bench::progress_bar bar;
  const bench::stopwatch watch;
  double done = 0;
  std::vector<cell_result> results;
  for (const heat& h : heats) {
    const double share = seconds_of(h, t);
    results.push_back(run_cell(h.what, h.field, folder, t, [&](const std::string& who, double part) {
      const double now = (done + part * share) / expected;
      const double left = std::max(0.0, now > 0.05 ? watch.seconds() * (1 - now) / now : expected - watch.seconds());
      bar.show(now, "about " + std::to_string(std::lround(left)) + " s left: " + h.title + ": " + who);
    }));
    done += share;
  }
  return results;
}

int run(const options& o, const char* program) {
  const std::filesystem::path folder = folder_of_families(program);
  const field all = muster(folder);
  std::vector<subject> racing = chosen(all.subjects, o.peers);
  std::erase_if(racing, [&](const subject& s) {
    return std::none_of(o.rows.begin(), o.rows.end(), [&](const row& r) { return s.runs(r.course) && r.takes_part(s); });
  });
  for (const std::string& m : all.missing) {
    if (racing.empty()) std::fprintf(stderr, "race: missing: %s\n", m.c_str());
  }
  if (racing.empty()) throw std::runtime_error("nobody races in these rows");
  const conditions around = look_around(o);
  for (const std::string& name : unknown_names(o.rows, all.subjects)) std::printf("nobody is called '%s', which a bar names\n", name.c_str());
  std::fputs(header_text(around, all, racing).c_str(), stdout);
  std::fflush(stdout);

  terms t;
  t.rounds = o.rounds;
  t.least_rounds = std::min<std::size_t>(o.rounds, 7);
  t.scale = o.is_quick ? 0.25 : 1;
  const std::vector<heat> heats = heats_of(o.rows, racing);
  double expected = 0;
  for (const heat& h : heats) expected += seconds_of(h, t);
  std::printf("%zu heats, about %.0f s\n\n", heats.size(), expected);
  std::fflush(stdout);

  const bench::stopwatch watch;
  const std::vector<cell_result> results = run_heats(heats, expected, folder, t);
  const double seconds = watch.seconds();
  const std::vector<line> lines = judge(o.rows, results);
  std::fputs(table_text(lines, bench::terminal_width()).c_str(), stdout);
  std::printf("%s%.0f s\n", summary_text(lines).c_str(), seconds);
  const std::string json = json_text(around, all, lines, results, seconds);
  if (o.json_file) bench::write_file(*o.json_file, json);
  if (o.plot_file && !bench::draw_plot("race", plot_script, json, *o.plot_file)) return bench::not_drawn;
  return bench::all_is_well;
}

}  // namespace
}  // namespace reclaim::race

int main(int argc, char** argv) {
  using namespace reclaim;
  // A pipe to an entrant must not take the place of a standard stream that is closed.
  int null;
  do {
    null = open("/dev/null", O_RDWR | O_CLOEXEC);
  } while (null >= 0 && null <= STDERR_FILENO);
  if (null >= 0) close(null);
  try {
    const auto options = race::parse_options(argc, argv);
    return options ? race::run(*options, argv[0]) : bench::all_is_well;
  } catch (const bench::input_error& e) {
    std::fprintf(stderr, "race: %s\n", e.what());
    return bench::bad_input;
  } catch (const std::exception& e) {
    std::fprintf(stderr, "race: %s\n", e.what());
    return bench::check_failed;
  }
}
