#include "bench/support/table.h"

#include <algorithm>
#include <utility>

namespace reclaim::bench {

namespace {

constexpr std::size_t gap = 2;  // spaces before a column

std::string trimmed(std::string line) {
  line.erase(line.find_last_not_of(' ') + 1);
  return line + "\n";
}

}  // namespace

void table::add_column(std::string group, std::string heading) {
  const std::size_t width = heading.size();
  columns_.push_back({std::move(group), std::move(heading), width});
}

void table::add_row(std::vector<std::string> cells) {
  for (std::size_t i = 0; i != cells.size(); ++i) columns_[i].width = std::max(columns_[i].width, cells[i].size());
  rows_.push_back(std::move(cells));
}

std::size_t table::end_of_group(std::size_t begin, std::size_t end) const {
  std::size_t i = begin + 1;
  while (i < end && columns_[i].group == columns_[begin].group) ++i;
  return i;
}

// How wide neighbours are together, without what stands before them.
std::size_t table::span(std::size_t begin, std::size_t end) const {
  std::size_t sum = columns_[begin].width;
  for (std::size_t i = begin + 1; i != end; ++i) sum += gap + columns_[i].width;
  return sum;
}

std::string table::text(std::size_t width) const {
  table wide = *this;
  for (std::size_t i = 0; i != columns_.size();) {  // a group's title needs room too
    const std::size_t end = end_of_group(i, columns_.size());
    const std::size_t used = span(i, end);
    if (used < columns_[i].group.size()) wide.columns_[i].width += columns_[i].group.size() - used;
    i = end;
  }
  std::string all;
  for (std::size_t begin = 1; begin != columns_.size();) {
    std::size_t end = begin;
    for (std::size_t used = wide.columns_[0].width; end != columns_.size(); ++end) {
      used += gap + wide.columns_[end].width;
      if (used > width && end != begin) break;
    }
    if (begin != 1) all += "\n";
    all += wide.part(begin, end);
    begin = end;
  }
  return all;
}

std::string table::group_line(std::size_t begin, std::size_t end) const {
  std::string line(columns_[0].width, ' ');
  for (std::size_t i = begin; i != end;) {
    const std::size_t last = end_of_group(i, end);
    const std::string& group = columns_[i].group;
    const std::size_t room = span(i, last);
    line += std::string(gap + (room > group.size() ? room - group.size() : 0), ' ') + group;
    i = last;
  }
  return trimmed(line);
}

std::string table::part(std::size_t begin, std::size_t end) const {
  const auto line = [&](const auto& cell_of) {
    std::string text = cell_of(0) + std::string(columns_[0].width - cell_of(0).size(), ' ');
    for (std::size_t i = begin; i != end; ++i) {
      const std::string cell = cell_of(i);
      text += std::string(gap + columns_[i].width - cell.size(), ' ') + cell;
    }
    return trimmed(text);
  };
  std::string text = group_line(begin, end) + line([&](std::size_t i) { return columns_[i].heading; });
  for (const auto& row : rows_) text += line([&](std::size_t i) { return row[i]; });
  return text;
}

}  // namespace reclaim::bench
