#include "bench/race/families.h"

#include <algorithm>
#include <cstdlib>
#include <sstream>
#include <stdexcept>

#include "bench/race/entrant/race.h"
#include "bench/race/entrant_process.h"
#include "bench/support/trace.h"

namespace reclaim::race {
namespace {

constexpr auto list_limit = std::chrono::seconds(20);

// course TAB subject TAB marks TAB settings.  Returns whether it is such a line.
bool add_line(std::vector<subject>& all, const std::string& family, const std::string& line) {
  std::istringstream parts(line);
  std::string course, name, marks, settings;
  if (!std::getline(parts, course, '\t') || !std::getline(parts, name, '\t') || !std::getline(parts, marks, '\t')) return false;
  std::getline(parts, settings);
  const auto known = std::find_if(all.begin(), all.end(), [&](const subject& s) { return s.family == family && s.name == name; });
  subject& s = known != all.end() ? *known : all.emplace_back();
  s.family = family;
  s.name = name;
  s.marks = static_cast<unsigned>(std::strtoul(marks.c_str(), nullptr, 10));
  s.settings = settings;
  s.courses.push_back(course);
  return true;
}

}  // namespace

const std::vector<family>& all_families() {
  static const std::vector<family> all{
      {"ours", ""},
      {"controls", ""},
      {"standard", ""},
      {"urcu", "liburcu-dev"},
      {"ck", "libck-dev"},
      {"cds", "libcds-dev libboost-thread-dev"},
      {"xenium", "libxenium-dev"},
      {"rust", "cargo librust-crossbeam-epoch-dev librust-sharded-slab-dev librust-slab-dev"},
      {"tbb", "libtbb-dev"},
      {"boost", "libboost-dev"},
      {"moodycamel", "libconcurrentqueue-dev"},
  };
  return all;
}

bool subject::runs(const std::string& course) const {
  return std::find(courses.begin(), courses.end(), course) != courses.end();
}

subject at(subject s, std::size_t threads) {
  s.own_name = s.name;
  s.name = name_at(s.name, threads);
  s.threads = threads;
  return s;
}

std::string name_at(const std::string& name, std::size_t threads) { return name + " at " + std::to_string(threads); }

bool subject::is_peer() const { return family != "ours" && family != "controls" && family != "standard"; }

field muster(const std::filesystem::path& folder) {
  field all;
  for (const family& f : all_families()) {
    const std::filesystem::path program = folder / f.name;
    if (!std::filesystem::is_regular_file(program)) {
      all.missing.push_back(f.name + ": not built" + (f.packages.empty() ? "" : "; apt-get install " + f.packages));
      continue;
    }
    try {
      std::istringstream lines(entrant_process(program, {"--list"}, "").read_all(list_limit));
      const std::size_t before = all.subjects.size();
      std::size_t strange = 0;
      for (std::string line; std::getline(lines, line);) strange += add_line(all.subjects, f.name, line) ? 0 : 1;
      if (strange != 0) all.missing.push_back(f.name + ": lines of its list that say nothing: " + std::to_string(strange));
      if (all.subjects.size() == before) all.missing.push_back(f.name + ": has no entrants");
    } catch (const drop_out& e) {
      all.missing.push_back(f.name + ": " + e.what());
    }
  }
  return all;
}

std::filesystem::path folder_of_families(const char* program) {
  if (const char* told = std::getenv("RACE_PEERS"); told != nullptr) {
    if (!std::filesystem::is_directory(told)) throw bench::input_error("RACE_PEERS: there is no folder " + std::string(told));
    return std::filesystem::absolute(told);
  }
  const std::filesystem::path runfiles = std::string(program) + ".runfiles";
  for (const std::filesystem::path& place :
       {runfiles / "reclaim/bench/peers", runfiles / "_main/bench/peers", std::filesystem::path("bench/peers")}) {
    if (std::filesystem::is_regular_file(place / "ours")) return std::filesystem::absolute(place);  // not the folder of the sources
  }
  throw std::runtime_error("the entrants' programs are not here: run it as ./bazelw run //bench:race");
}

}  // namespace reclaim::race
