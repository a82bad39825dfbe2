// Who may take part: one program a family.

#ifndef RECLAIM_BENCH_RACE_FAMILIES_H
#define RECLAIM_BENCH_RACE_FAMILIES_H

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

namespace reclaim::race {

struct family {
  std::string name;
  std::string packages;  // of Debian, where its library comes from; empty if it is this project
};

const std::vector<family>& all_families();

// One line of a family's list.
struct subject {
  std::string family;
  std::string name;
  unsigned marks = 0;
  std::string settings;
  std::vector<std::string> courses;

  // Of one that races beside itself, with other than the cell's threads: its own name, and how many.
  std::string own_name = {};
  std::size_t threads = 0;

  bool has(unsigned all) const { return (marks & all) == all; }
  bool has_any(unsigned some) const { return (marks & some) != 0; }
  bool runs(const std::string& course) const;
  bool is_peer() const;  // neither ours nor a control
};

// The same with so many threads, to race beside itself.
subject at(subject s, std::size_t threads);
std::string name_at(const std::string& name, std::size_t threads);

struct field {
  std::vector<subject> subjects;     // in the order of all_families() and of their lists
  std::vector<std::string> missing;  // in words: who is not there, and what would bring them
};

// Asks the programs in `folder` what they have.
field muster(const std::filesystem::path& folder);

// The folder of the families' programs: RACE_PEERS of the environment, or where Bazel puts them for `program`, this one.
// Throws: bench::input_error if RACE_PEERS is no folder; std::runtime_error if they are nowhere.
std::filesystem::path folder_of_families(const char* program);

}  // namespace reclaim::race

#endif  // RECLAIM_BENCH_RACE_FAMILIES_H
