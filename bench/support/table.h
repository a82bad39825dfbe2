// An aligned table of text.

#ifndef RECLAIM_BENCH_SUPPORT_TABLE_H
#define RECLAIM_BENCH_SUPPORT_TABLE_H

#include <cstddef>
#include <string>
#include <vector>

namespace reclaim::bench {

// Columns under headings of two lines; the first column flush left, the others flush right.
class table {
 public:
  // Adds a column.  `group` stands above the headings of neighbours of the same group.
  // Precondition: there is no row yet.
  void add_column(std::string group, std::string heading);

  // Precondition: as many cells as columns.
  void add_row(std::vector<std::string> cells);

  // Returns the table as text.  Columns that do not fit into `width` go to further tables below, each with the first
  // column again.
  std::string text(std::size_t width) const;

 private:
  struct column {
    std::string group;
    std::string heading;
    std::size_t width;
  };

  // The end of the group that begins at column `begin`, or `end` if that comes first.
  std::size_t end_of_group(std::size_t begin, std::size_t end) const;
  std::size_t span(std::size_t begin, std::size_t end) const;
  std::string part(std::size_t begin, std::size_t end) const;
  std::string group_line(std::size_t begin, std::size_t end) const;

  std::vector<column> columns_;
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace reclaim::bench

#endif  // RECLAIM_BENCH_SUPPORT_TABLE_H
