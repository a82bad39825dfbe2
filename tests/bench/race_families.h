// A folder of families of entrants that do as they are told.

#ifndef RECLAIM_TESTS_BENCH_RACE_FAMILIES_H
#define RECLAIM_TESTS_BENCH_RACE_FAMILIES_H

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

namespace reclaim::race {

// RACE_FAKE of the environment names the program behind all of them.
class scripted_families {
 public:
  explicit scripted_families(std::filesystem::path folder) : folder_(std::move(folder)) {
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
  }

  const std::filesystem::path& folder() const { return folder_; }

  // `list`: what the family says that it has.
  void add(const std::string& family, const std::string& list) const {
    const char* const fake = std::getenv("RACE_FAKE");
    std::filesystem::create_symlink(std::filesystem::absolute(fake != nullptr ? fake : "no-RACE_FAKE"), folder_ / family);
    write(family + ".list", list);
  }

  // One line a step: at its start, and then round by round.
  void script(std::string subject, const std::vector<std::string>& steps) const {
    std::replace(subject.begin(), subject.end(), '/', '_');
    std::string text;
    for (const std::string& s : steps) text += s + "\n";
    write(subject + ".script", text);
  }

  // The lines of the log that begin with `word`.
  std::vector<std::string> logged(const std::string& word) const {
    std::vector<std::string> lines;
    std::ifstream in(folder_ / "log");
    for (std::string line; std::getline(in, line);) {
      if (line.rfind(word + " ", 0) == 0) lines.push_back(line);
    }
    return lines;
  }

 private:
  void write(const std::string& name, const std::string& text) const { std::ofstream(folder_ / name, std::ios::binary) << text; }

  std::filesystem::path folder_;
};

}  // namespace reclaim::race

#endif  // RECLAIM_TESTS_BENCH_RACE_FAMILIES_H
