#include "bench/race/options.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <charconv>
#include <chrono>
#include <iostream>
#include <set>

#include "bench/race/entrant_process.h"
#include "bench/support/trace.h"
#include "bench/support/user_path.h"

namespace reclaim::race {
namespace {

using bench::input_error;

template <class Strings>
std::string joined(const Strings& all) {
  std::string text;
  for (const auto& one : all) text += (text.empty() ? "" : ", ") + one;
  return text;
}

// The rows that a name stands for: one, or all of a group such as M5.
std::vector<row> named_rows(const std::vector<std::string>& names, bool is_quick) {
  std::vector<row> found;
  std::vector<std::string> ids;
  for (const row& r : all_rows()) {
    ids.push_back(r.id);
    const std::string group = r.id.substr(0, r.id.find('.'));
    const bool is_named = std::any_of(names.begin(), names.end(), [&](const std::string& n) { return n == r.id || n == group; });
    if (names.empty() ? !is_quick || r.is_quick : is_named) found.push_back(r);
  }
  for (const std::string& n : names) {
    const bool is_known = std::any_of(ids.begin(), ids.end(), [&](const std::string& id) { return n == id || n == id.substr(0, id.find('.')); });
    if (!is_known) throw input_error("--rows: there is no row '" + n + "'; the rows are M1 to M9, or one by one " + joined(ids));
  }
  return found;
}

void keep_threads(std::vector<row>& rows, const std::vector<std::string>& asked) {
  if (asked.empty()) return;
  std::set<std::size_t> known;
  for (const row& r : rows) known.insert(r.threads.begin(), r.threads.end());
  std::set<std::size_t> wanted;
  for (const std::string& a : asked) {
    char* end = nullptr;
    const std::size_t n = std::strtoul(a.c_str(), &end, 10);
    if (a.empty() || *end != '\0' || known.count(n) == 0) {
      std::vector<std::string> names;
      for (const std::size_t k : known) names.push_back(std::to_string(k));
      throw input_error("--threads: no row is run with '" + a + "' threads; these rows are run with " + joined(names));
    }
    wanted.insert(n);
  }
  for (row& r : rows) std::erase_if(r.threads, [&](std::size_t t) { return wanted.count(t) == 0; });
  std::erase_if(rows, [](const row& r) { return r.threads.empty(); });
}

// A library that every process can load first, by its whole path.
std::string preloadable(const std::string& given) {
  const std::string path = std::filesystem::absolute(bench::user_path(given)).lexically_normal();
  if (!std::filesystem::exists(path)) throw input_error("--preload: there is no file " + path);
  entrant_process probe("/bin/true", {}, path);  // the loader says what it cannot load, and goes on without
  probe.read_all(std::chrono::seconds(10));
  if (const std::string words = probe.last_words(); !words.empty()) throw input_error("--preload: " + words);
  return path;
}

std::size_t rounds_of(const std::string& given) {
  constexpr std::size_t most = 1000;
  std::size_t count = 0;
  const auto [end, error] = std::from_chars(given.data(), given.data() + given.size(), count);
  if (error != std::errc{} || end != given.data() + given.size() || count == 0 || count > most) {
    throw input_error("--rounds: expected a whole number from 1 to " + std::to_string(most) + ", not '" + given + "'");
  }
  return count;
}

std::optional<std::filesystem::path> output(const std::string& given, const std::string& option) {
  if (given.empty()) return std::nullopt;
  const std::filesystem::path path = bench::user_path(given);
  bench::expect_writable(path, option);
  return path;
}

}  // namespace

std::optional<options> parse_options(int argc, const char* const* argv) {
  CLI::App app(
      "Races the library's schemes and structures against the peers that are installed, row by row, each entrant in a process\n"
      "of its own, round by round in turns.  A ratio is always ours/theirs; a bar is met if the 95 % interval of the ratio is.\n"
      "An entrant that crashes or hangs drops out, and the race goes on.  Bad input makes it exit with 2, a plot that cannot be\n"
      "drawn with 3; bars that are not met do not.",
      "race");
  options o;
  std::vector<std::string> rows, threads;
  std::string rounds, json, plot;
  app.add_option("--rows", rows, "only these rows, such as M1,M5.get (default: all, M1 to M9)")->delimiter(',')->type_name("ROW");
  app.add_option("--peers", o.peers, "only these families (urcu, ck ...) or subjects, beside ours and the controls")
      ->delimiter(',')
      ->type_name("NAME");
  app.add_option("--threads", threads, "only these numbers of threads, of those that the rows have")->delimiter(',')->type_name("N");
  app.add_option("--rounds", rounds, "rounds of every entrant (default: 9, with --quick 7; below 6 no bar is judged)")->type_name("N");
  app.add_flag("--quick", o.is_quick, "rows M1 to M4 with short rounds: under a minute");
  app.add_option("--preload", o.preload, "a library that all entrants load first, such as an allocator")->type_name("FILE.so");
  app.add_option("--json", json, "writes all figures as JSON")->type_name("FILE");
  app.add_option("--plot", plot, "draws all rows (needs python3 with matplotlib)")->type_name("FILE.svg");
  try {
    app.parse(argc, argv);
  } catch (const CLI::CallForHelp&) {
    std::cout << app.help();
    return std::nullopt;
  } catch (const CLI::ParseError& e) {
    throw input_error(e.what());
  }
  if (o.is_quick) o.rounds = 7;
  if (!rounds.empty()) o.rounds = rounds_of(rounds);
  o.rows = named_rows(rows, o.is_quick);
  keep_threads(o.rows, threads);
  if (!o.preload.empty()) {
    o.preload = preloadable(o.preload);
    std::erase_if(o.rows, [](const row& r) { return !r.preload.empty(); });
    if (o.rows.empty()) throw input_error("--preload: these rows load an allocator of their own");
    for (row& r : o.rows) r.preload = o.preload;
  }
  o.json_file = output(json, "--json");
  o.plot_file = output(plot, "--plot");
  if (o.json_file && o.plot_file && o.json_file->lexically_normal() == o.plot_file->lexically_normal()) {
    throw input_error(o.json_file->string() + ": is named twice, and would be overwritten");
  }
  return o;
}

std::vector<subject> chosen(const std::vector<subject>& all, const std::vector<std::string>& peers) {
  if (peers.empty()) return all;
  std::set<std::string> known;
  for (const family& f : all_families()) known.insert(f.name);
  std::set<std::string> names;
  for (const subject& s : all) names.insert(s.name);
  for (const std::string& p : peers) {
    if (known.count(p) == 0 && names.count(p) == 0) {
      throw input_error("--peers: there is no peer '" + p + "'; the families are " + joined(known) + "; their subjects are " + joined(names));
    }
  }
  std::vector<subject> some;
  for (const subject& s : all) {
    const bool is_named = std::any_of(peers.begin(), peers.end(), [&](const std::string& p) { return p == s.family || p == s.name; });
    if (!s.is_peer() || is_named) some.push_back(s);
  }
  return some;
}

}  // namespace reclaim::race
