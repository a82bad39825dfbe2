// Reports: rows of a table, and sums in a file.

#include "tests/torture/report.h"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <stdexcept>
#include <utility>

namespace reclaim::torture {
namespace {

using json = nlohmann::ordered_json;

json as_json(const counts& found) {
  json all = json::object();
  for (std::size_t i = 0; i != kinds; ++i) all[names[i]] = found[static_cast<what>(i)];
  all["errors"] = found.errors();
  return all;
}

counts from_json(const json& all) {
  counts found;
  for (std::size_t i = 0; i != kinds; ++i) found[static_cast<what>(i)] = all.value(names[i], std::uint64_t(0));
  return found;
}

// Three digits at least, with a power of ten.
std::string brief(std::uint64_t n) {
  char text[32];
  const double d = static_cast<double>(n);
  if (n < 100'000) std::snprintf(text, sizeof text, "%llu  ", static_cast<unsigned long long>(n));
  else if (d < 1e8) std::snprintf(text, sizeof text, "%.1f k", d / 1e3);
  else if (d < 1e11) std::snprintf(text, sizeof text, "%.1f M", d / 1e6);
  else std::snprintf(text, sizeof text, "%.1f G", d / 1e9);
  return text;
}

void print_row(const std::string& scheme, const std::string& scenario, double seconds, const counts& c, const char* end) {
  std::printf("%-7s %-17s %8.1f %11s %7.1f", scheme.c_str(), scenario.c_str(), seconds, brief(c[what::reads]).c_str(),
              static_cast<double>(c[what::reads]) / std::max(seconds, 1e-3) / 1e6);
  for (const what w : {what::retires, what::grace_periods, what::laggards_passed, what::preempted_under_guard, what::threads,
                       what::peak_backlog, what::age_1}) {
    std::printf(" %10s", brief(c[w]).c_str());
  }
  std::printf(" %7llu%s", static_cast<unsigned long long>(c.errors()), end);
  std::fflush(stdout);
}

void print_errors(const counts& c) {
  for (auto i = static_cast<std::size_t>(what::late_reads); i != kinds; ++i) {
    const auto n = static_cast<unsigned long long>(c[static_cast<what>(i)]);
    if (n != 0) std::printf("        %s: %llu\n", names[i], n);
  }
}

}  // namespace

std::filesystem::path user_path(const std::filesystem::path& path) {
  const char* const stand = std::getenv("BUILD_WORKING_DIRECTORY");
  return stand == nullptr ? path : std::filesystem::path(stand) / path;
}

report::report(const std::filesystem::path& file, bool adds) : file_(file) {
  if (adds && !file.empty() && std::filesystem::exists(file)) {
    read_again();
    return;
  }
  all_ = as_json({});
  all_["seconds"] = 0.0;
  all_["busted"] = 0;
  all_["busted_caught"] = 0;
  all_["controls"] = json::array();
  all_["runs"] = json::array();
  all_["schemes"] = json::object();
  all_["rows"] = json::object();
}

void report::read_again() {
  if (file_.empty()) return;
  std::ifstream in(file_);
  all_ = json::parse(in, nullptr, false);
  if (!all_.is_object() || !all_.contains("rows")) throw std::runtime_error(file_.string() + " is no report of torture");
}

// Under another name first: nobody sees half of it.
void report::save() {
  if (file_.empty()) return;
  const std::filesystem::path half = file_.string() + ".new";
  std::ofstream out(half);
  out << all_.dump(1) << '\n';
  out.close();
  if (!out) throw std::runtime_error("cannot write " + file_.string());
  std::filesystem::rename(half, file_);
}

void report::begin(const circumstances& how) {
  const json run = {{"seed", how.seed}, {"allocator", how.allocator}, {"membarrier", how.has_membarrier}, {"seconds", 0.0}};
  all_["runs"].push_back(run);
  save();
}

void report::add(const std::string& scheme, const std::string& scenario, double seconds, const counts& found) {
  const auto add_to = [&](json& sum) {
    if (sum.is_null()) sum = json::object();
    counts all = sum.contains("reads") ? from_json(sum) : counts();
    all += found;
    const double before = sum.value("seconds", 0.0);
    sum.update(as_json(all));
    sum["seconds"] = before + seconds;
  };
  add_to(all_);
  add_to(all_["schemes"][scheme]);
  add_to(all_["rows"][scheme][scenario]);
  json& run = all_["runs"].back();
  run["seconds"] = run["seconds"].get<double>() + seconds;
  save();
}

void report::add_control(const std::string& name, bool is_caught, double seconds) {
  all_["controls"].push_back({{"name", name}, {"caught", is_caught}, {"seconds", seconds}});
  all_["busted"] = all_["busted"].get<int>() + 1;
  all_["busted_caught"] = all_["busted_caught"].get<int>() + (is_caught ? 1 : 0);
  save();
}

std::uint64_t report::errors() const { return from_json(all_).errors(); }

void show_head() {
  std::printf("%-7s %-17s %8s %11s %7s %10s %10s %10s %10s %10s %10s %10s %7s\n", "scheme", "scenario", "time, s",
              "reads  ", "10^6/s", "retires  ", "graces  ", "passed  ", "preempted ", "threads  ", "backlog  ", "at age 1 ",
              "errors");
}

void show_row(const std::string& scheme, const std::string& scenario, double seconds, const counts& found, bool is_final) {
  using clock = std::chrono::steady_clock;
  static clock::time_point shown = clock::now();
  if (is_final) {
    print_row(scheme, scenario, seconds, found, "\n");
    print_errors(found);
  } else if (isatty(STDOUT_FILENO) != 0) {
    print_row(scheme, scenario, seconds, found, "\r");
  } else if (clock::now() - shown > std::chrono::seconds(10)) {
    shown = clock::now();
    print_row(scheme, scenario, seconds, found, " so far\n");
  }
}

void report::show_sums() const {
  std::printf("\n");
  show_head();
  for (const auto& [scheme, sum] : all_["schemes"].items()) print_row(scheme, "all", sum["seconds"], from_json(sum), "\n");
  const counts sum = from_json(all_);
  print_row("all", "all", all_["seconds"], sum, "\n");
  print_errors(sum);
  std::printf("\npassed: epochs that began with a guard behind.  preempted: by a signal, under a guard.\n"
              "backlog: the most objects that were retired and had not ended.\n"
              "at age 1: reads of what had been retired for one whole grace period; at 2 or more, which is an error: %llu.\n"
              "Reads at age 1 or more of what a slot named, which a guard that was passed may keep: %llu.\n"
              "%d of %d busted builds caught, %llu errors\n",
              static_cast<unsigned long long>(sum[what::age_2]), static_cast<unsigned long long>(sum[what::old_by_slot]),
              all_["busted_caught"].get<int>(), all_["busted"].get<int>(), static_cast<unsigned long long>(sum.errors()));
}

}  // namespace reclaim::torture
