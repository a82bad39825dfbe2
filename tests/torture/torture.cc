// Hours of torture without a scratch: every scheme in every scenario.
//
//   ./bazelw run //tests/torture -- --duration=60 --json=t.json
//
// First the busted builds, each with a fault in its scheme: who does not catch those catches nothing.

#include <dlfcn.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <exception>
#include <filesystem>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "reclaim/sync/sync.h"
#include "tests/support/threads.h"
#include "tests/torture/program.h"
#include "tests/torture/report.h"
#include "tests/torture/task.h"

namespace reclaim::torture {
namespace {

using clock = std::chrono::steady_clock;

double seconds_since(clock::time_point begin) { return std::chrono::duration<double>(clock::now() - begin).count(); }

struct options {
  double seconds = 10;  // of a scheme
  std::string scheme, scenario, json, add_to;
  std::uint64_t seed = 0;
  bool is_everywhere = false;
  std::string controls;
};

std::vector<std::filesystem::path> busted_programs(const std::string& folder) {
  std::vector<std::filesystem::path> all;
  if (folder.empty()) return all;
  for (const auto& file : std::filesystem::directory_iterator(folder)) {
    if (file.is_regular_file()) all.push_back(file.path());
  }
  if (all.empty()) throw std::runtime_error("no busted builds in " + folder);
  std::sort(all.begin(), all.end());
  return all;
}

// Runs the busted programs.  Returns whether all were caught: by an error that was found, or a crash; and none of those that are sound.  A reader's fence that is
// missing shows where fences are on both sides, and both threads run at once: on a machine that is busy it may take a while.
bool catch_busted(const options& o, report& all) {
  bool is_well = true;
  for (const std::filesystem::path& program : busted_programs(o.controls)) {
    const std::string name = program.filename();
    const bool is_of_fences = name.find("fence") != std::string::npos;  // the reader's own is what is missing
    const bool is_sound = name.rfind("sound.", 0) == 0;
    std::vector<std::string> command = {program, is_sound ? "1" : is_of_fences ? "30" : "10", std::to_string(o.seed)};
    if (is_of_fences) command.push_back("slow_stores");
    const auto begin = clock::now();
    const int status = run_program(command, {{"RECLAIM_MEMBARRIER", is_of_fences ? "off" : "on"}}, 60, true);
    if (is_sound) {
      std::printf("sound    %-28s %s\n", name.c_str(), status == 0 ? "not caught, as it should be" : "CAUGHT");
      is_well = is_well && status == 0;
      continue;
    }
    const bool is_caught = status == 3 || status == 128 + SIGSEGV || status == 128 + SIGABRT || status == 128 + SIGBUS;
    std::printf("busted   %-28s %s after %.2f s\n", name.c_str(), is_caught ? "caught" : "NOT CAUGHT", seconds_since(begin));
    std::fflush(stdout);
    all.add_control(name, is_caught, seconds_since(begin));
    is_well = is_well && is_caught;
  }
  return is_well;
}

// What was going on, for the last words of a crash.
char doing[128];

void tell_crashes() {
  struct sigaction last = {};
  last.sa_handler = [](int) {
    [[maybe_unused]] const auto written = write(STDERR_FILENO, doing, std::strlen(doing));
  };
  last.sa_flags = static_cast<int>(SA_RESETHAND);  // and then it crashes for good
  for (const int signal : {SIGSEGV, SIGBUS, SIGABRT, SIGFPE}) sigaction(signal, &last, nullptr);
}

// By names that the others do not have.
const char* allocator_in_force() {
  if (dlsym(RTLD_DEFAULT, "mallctl") != nullptr) return "jemalloc";
  return dlsym(RTLD_DEFAULT, "mi_version") != nullptr ? "mimalloc" : "the C library's";
}

// Where a library of the system lies; empty if it is not there.
std::string library(const std::string& name) {
  std::error_code ignored;
  for (const auto& folder : std::filesystem::directory_iterator("/usr/lib", ignored)) {
    if (const auto path = folder.path() / name; std::filesystem::exists(path, ignored)) return path;
  }
  return {};
}

std::vector<task> tasks_of(const options& o) {
  std::vector<task> all = rack_tasks();
  for (task& t : structure_tasks()) all.push_back(std::move(t));
  std::stable_sort(all.begin(), all.end(), [](const task& a, const task& b) { return a.scheme < b.scheme; });
  std::erase_if(all, [&](const task& t) {
    return (!o.scheme.empty() && t.scheme != o.scheme) || (!o.scenario.empty() && t.scenario != o.scenario);
  });
  if (all.empty()) throw std::runtime_error("no scenario " + o.scenario);
  return all;
}

void run_here(const options& o, report& all) {
  all.begin({o.seed, allocator_in_force(), sync::ensure_fence_mode() == sync::asymmetric});
  std::printf("seed %llu, allocator %s, membarrier %s\n", static_cast<unsigned long long>(o.seed), allocator_in_force(),
              sync::is_asymmetric() ? "on" : "off");
  show_head();
  tell_crashes();
  const std::vector<task> tasks = tasks_of(o);
  for (const task& t : tasks) {
    unsigned shares = 0;
    for (const task& other : tasks) shares += other.scheme == t.scheme ? other.share : 0;
    const std::chrono::duration<double> length(o.seconds * t.share / shares);
    const terms asked{std::chrono::duration_cast<std::chrono::milliseconds>(length), o.seed, false};
    tally found;
    std::snprintf(doing, sizeof doing, "\ncrashed: %s %s, seed %llu\n", t.scheme.c_str(), t.scenario.c_str(),
                  static_cast<unsigned long long>(o.seed));
    const auto begin = clock::now();
    t.run(asked, found, [&] { show_row(t.scheme, t.scenario, seconds_since(begin), found.sum(), false); });
    const bool is_long = asked.duration >= std::chrono::seconds(1);
    if (found[what::reads] == 0 || (is_long && found[t.purpose] == 0)) found.add(what::unused);
    show_row(t.scheme, t.scenario, seconds_since(begin), found.sum(), true);
    all.add(t.scheme, t.scenario, seconds_since(begin), found.sum());
  }
}

// Each allocator that there is, with membarrier and without: a process each, which shares the time and adds to the report.
bool run_everywhere(const options& o, const std::filesystem::path& file, report& all) {
  std::vector<std::string> preloads = {""};
  for (const char* name : {"libjemalloc.so.2", "libmimalloc.so.2"}) {
    if (const std::string path = library(name); !path.empty()) preloads.push_back(path);
    else std::printf("%s was not found: not run under it\n", name);
  }
  bool is_well = true;
  std::uint64_t seed = o.seed;
  for (const std::string& preload : preloads) {
    for (const char* membarrier : {"on", "off"}) {
      const std::map<std::string, std::string> surroundings = {{"LD_PRELOAD", preload}, {"RECLAIM_MEMBARRIER", membarrier}};
      const double seconds = o.seconds / (2.0 * static_cast<double>(preloads.size()));
      std::vector<std::string> command = {std::filesystem::read_symlink("/proc/self/exe"), "--add-to=" + file.string(),
                                          "--sums=off", "--duration=" + std::to_string(seconds),
                                          "--seed=" + std::to_string(seed++)};
      if (!o.scheme.empty()) command.push_back("--scheme=" + o.scheme);
      if (!o.scenario.empty()) command.push_back("--scenario=" + o.scenario);
      is_well = run_program(command, surroundings, 0, false) == 0 && is_well;
      all.read_again();
    }
  }
  return is_well;
}

int run(const options& o, bool shows_sums) {
  std::filesystem::path file = o.json.empty() && o.add_to.empty() ? "" : user_path(o.add_to.empty() ? o.json : o.add_to);
  if (o.is_everywhere && file.empty()) {
    file = std::filesystem::temp_directory_path() / ("torture_" + std::to_string(o.seed) + ".json");
  }
  (void)tasks_of(o);  // throws now rather than after the controls
  report all(file, !o.add_to.empty());
  const std::uint64_t before = all.errors();
  if (!catch_busted(o, all)) return 1;
  bool is_well = true;
  if (o.is_everywhere) is_well = run_everywhere(o, file, all);
  else run_here(o, all);
  if (shows_sums) all.show_sums();
  return is_well && all.errors() == before ? 0 : 1;
}

}  // namespace
}  // namespace reclaim::torture

int main(int argc, char** argv) {
  using namespace reclaim::torture;
  options o;
  std::string sums = "on";
  CLI::App app{"Tortures every scheme"};
  app.add_option("--duration", o.seconds, "of each scheme, in seconds; its scenarios share it")->check(CLI::Range(0.1, 1e7));
  app.add_option("--scheme", o.scheme, "only this one")->check(CLI::IsMember({"epoch", "hazard", "hybrid"}));
  app.add_option("--scenario", o.scenario, "only this one, such as roots or hash_map");
  app.add_option("--seed", o.seed, "of what threads do; 0: another one each time");
  auto* const json = app.add_option("--json", o.json, "writes the report, after each scenario");
  app.add_option("--add-to", o.add_to, "the same, but adds to a report that is there")->excludes(json);
  app.add_flag("--everywhere", o.is_everywhere, "under each allocator that there is, with membarrier and without");
  app.add_option("--controls", o.controls,
                 "a folder of programs with a fault each, which must be caught first");
  app.add_option("--sums", sums, "off: without the sums")->check(CLI::IsMember({"on", "off"}));
  CLI11_PARSE(app, argc, argv);
  if (o.seed == 0) o.seed = reclaim::tests::seed();
  try {
    return run(o, sums == "on");
  } catch (const std::exception& e) {
    std::fprintf(stderr, "torture: %s\n", e.what());
    return 2;
  }
}
