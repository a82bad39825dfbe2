// Hours of torture without a scratch: every scheme in turn.
//
//   ./bazelw run //tests/torture -- --duration=60 --json=torture.json
//
// First the busted builds, each with a fault in its scheme: who does not catch those catches nothing.

#include <unistd.h>

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <type_traits>
#include <vector>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "reclaim/schemes.h"
#include "tests/torture/torture.h"

namespace reclaim::torture {
namespace {

struct result {
  std::string scheme;
  tally found;
  std::size_t passed = 0;  // laggards
};

void show_head() {
  std::printf("%-8s %9s %14s %12s %9s %8s %9s %9s %12s %12s %8s\n", "scheme", "duration", "reads", "retires", "grace per.", "threads",
              "preempted", "passed", "peak backlog", "ages 1 / 2+", "errors");
}

void show(const result& r, double seconds, const char* end) {
  const tally& t = r.found;
  char ages[32];
  std::snprintf(ages, sizeof ages, "%llu / %llu", static_cast<unsigned long long>(t.age[1]), static_cast<unsigned long long>(t.age[2]));
  std::printf("%-8s %7.1f s %14llu %12llu %9llu %8llu %9llu %9zu %12lld %12s %8llu%s", r.scheme.c_str(), seconds,
              static_cast<unsigned long long>(t.reads), static_cast<unsigned long long>(t.retires),
              static_cast<unsigned long long>(t.grace_periods), static_cast<unsigned long long>(t.threads),
              static_cast<unsigned long long>(t.preempted), r.passed, static_cast<long long>(t.peak_backlog), ages,
              static_cast<unsigned long long>(t.errors()), end);
  std::fflush(stdout);
}

nlohmann::json as_json(const result& r, double seconds) {
  const tally& t = r.found;
  return {{"scheme", r.scheme}, {"seconds", seconds}, {"reads", t.reads.load()}, {"retires", t.retires.load()},
          {"grace_periods", t.grace_periods.load()}, {"threads", t.threads.load()}, {"preempted_under_guard", t.preempted.load()},
          {"laggards_passed", r.passed}, {"peak_backlog", t.peak_backlog.load()}, {"late_reads", t.late_reads.load()},
          {"double_frees", t.double_frees.load()}, {"overwritten", t.overwritten.load()},
          {"reads_by_age", {t.age[0].load(), t.age[1].load(), t.age[2].load()}}, {"errors", t.errors()}};
}

// Returns how many errors there were.
template <class Domain>
std::uint64_t torture(const terms& asked, nlohmann::json& report) {
  result r{Domain::name, {}, 0};
  const auto begin = std::chrono::steady_clock::now();
  const auto seconds = [&] { return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count(); };
  const bool is_live = isatty(STDOUT_FILENO) != 0;
  {
    domain_options options;
    options.objects_per_collect = 4;
    options.collect_period = {};
    Domain domain(options);
    rack<Domain> all(domain, asked, r.found);
    all.run([&] {
      r.passed = domain.stats().passed;
      if (is_live) show(r, seconds(), "\r");
    });
    r.passed = domain.stats().passed;
  }
  show(r, seconds(), "\n");
  report["schemes"].push_back(as_json(r, seconds()));
  return r.found.errors();
}

template <class... Domains>
std::uint64_t torture_all(const std::string& only, const terms& asked, nlohmann::json& report, type_list<Domains...>) {
  std::uint64_t errors = 0;
  const auto one = [&]<class Domain>(std::type_identity<Domain>) {
    if constexpr (!std::is_same_v<Domain, leaky_domain>) {
      if (only.empty() || only == Domain::name) errors += torture<Domain>(asked, report);
    }
  };
  (one(std::type_identity<Domains>()), ...);
  return errors;
}

// Runs the busted programs beside this one.  Returns whether all were caught.
bool catch_busted(const std::vector<std::string>& programs, nlohmann::json& report) {
  bool all = true;
  for (const std::string& program : programs) {
    const std::string command = "'" + program + "' --busted --duration=10 > /dev/null";
    const auto begin = std::chrono::steady_clock::now();
    const int status = std::system(command.c_str());
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    const bool is_caught = status != 0;
    std::printf("busted   %-24s %s after %.1f s\n", std::filesystem::path(program).filename().c_str(),
                is_caught ? "caught" : "NOT CAUGHT", seconds);
    std::fflush(stdout);
    report["busted_caught"][std::filesystem::path(program).filename().string()] = is_caught;
    all = all && is_caught;
  }
  return all;
}

}  // namespace
}  // namespace reclaim::torture

int main(int argc, char** argv) {
  using namespace reclaim::torture;
  double seconds = 10;
  terms asked;
  std::string only, json;
  std::vector<std::string> busted;
  asked.seed = 0;
  CLI::App app{"Tortures every scheme"};
  app.add_option("--duration", seconds, "of each scheme, in seconds")->check(CLI::Range(0.1, 1e6));
  app.add_option("--scheme", only, "only this one")->check(CLI::IsMember({"epoch", "hazard", "hybrid"}));
  app.add_option("--seed", asked.seed, "of what threads do; 0: another one each time");
  app.add_option("--readers", asked.readers, "threads")->check(CLI::Range(1, 64));
  app.add_option("--writers", asked.writers, "threads")->check(CLI::Range(1, 64));
  app.add_option("--json", json, "writes the report");
  app.add_flag("--busted", asked.stops_at_errors, "ends at the first error");
  app.add_option("--controls", busted, "programs with a fault each, which must be caught first");
  CLI11_PARSE(app, argc, argv);
  if (asked.seed == 0) asked.seed = reclaim::tests::seed();
  asked.duration = std::chrono::milliseconds(static_cast<std::int64_t>(seconds * 1000));

  nlohmann::json report{{"seed", asked.seed}, {"schemes", nlohmann::json::array()}};
  if (!catch_busted(busted, report)) return 1;
  show_head();
  const std::uint64_t errors = torture_all(only, asked, report, reclaim::all_domains());
  report["errors"] = errors;
  if (!json.empty()) std::ofstream(json) << report.dump(1) << '\n';
  std::printf("%llu errors\n", static_cast<unsigned long long>(errors));
  return errors == 0 ? 0 : 1;
}
