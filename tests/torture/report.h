// What was found, by scheme and scenario: as a file to which runs add up, and as a table.

#ifndef RECLAIM_TESTS_TORTURE_REPORT_H
#define RECLAIM_TESTS_TORTURE_REPORT_H

#include <cstdint>
#include <filesystem>
#include <string>

#include <nlohmann/json.hpp>

#include "tests/torture/tally.h"

namespace reclaim::torture {

// How a run came about.
struct circumstances {
  std::uint64_t seed;
  std::string allocator;
  bool has_membarrier;
};

class report {
 public:
  // `file`: kept up to date; none if empty.  With `adds`, what stands there already is a part of it.
  // Throws: std::runtime_error if that cannot be read, or is no report.
  report(const std::filesystem::path& file, bool adds);

  // Each of these writes the file.
  void begin(const circumstances& how);
  void add(const std::string& scheme, const std::string& scenario, double seconds, const counts& found);
  void add_control(const std::string& name, bool is_caught, double seconds);

  // Takes in what another program added to the file.
  void read_again();

  std::uint64_t errors() const;
  void show_sums() const;

 private:
  void save();

  const std::filesystem::path file_;
  nlohmann::ordered_json all_;
};

// A line of the table: rewritten on a terminal until it is `final`; elsewhere now and then a line of its own.
void show_head();
void show_row(const std::string& scheme, const std::string& scenario, double seconds, const counts& found, bool is_final);

// `path` as seen from where the user stands, which is not the working directory where Bazel runs the program.
std::filesystem::path user_path(const std::filesystem::path& path);

}  // namespace reclaim::torture

#endif  // RECLAIM_TESTS_TORTURE_REPORT_H
