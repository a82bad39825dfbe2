#include "bench/race/judge.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>
#include <utility>

namespace reclaim::race {
namespace {

std::vector<double> ratios(const entry& a, const entry& b) {
  std::vector<double> all;
  for (std::size_t i = 0; i != std::min(a.values.size(), b.values.size()); ++i) {
    if (a.values[i] && b.values[i] && *b.values[i] > 0) all.push_back(*a.values[i] / *b.values[i]);
  }
  return all;
}

const entry* best_of(const line& l, const std::function<bool(const subject&)>& admits) {
  const entry* best = nullptr;
  for (const entry& e : l.entries) {
    if (!admits(e.who)) continue;
    if (best == nullptr || (l.what->less_is_better ? e.median < best->median : e.median > best->median)) best = &e;
  }
  return best;
}

line read_line(const row& r, std::size_t threads, const cell_result& result) {
  line l{&r, threads, result.tag, {}, {}, nullptr, nullptr, {}};
  for (const race::result& one : result.entrants) {
    if (!r.takes_part(one.who)) continue;
    if (!one.failure.empty()) {  // what it did before counts for nothing
      l.failed.push_back(one.who.name + ": " + one.failure);
      continue;
    }
    entry e{one.who, {}, 0, {0, 0}};
    std::vector<double> there;
    bool has_run = false;
    for (const auto& figures : one.rounds) {
      const bool has = figures && figures->count(r.figure) != 0;
      has_run = has_run || figures;
      e.values.push_back(has ? std::optional(figures->at(r.figure)) : std::nullopt);
      if (has) there.push_back(*e.values.back());
    }
    if (there.empty()) {
      l.failed.push_back(one.who.name + (has_run ? ": gave no figure '" + r.figure + "'" : ": has no round at this placement"));
      continue;
    }
    e.median = median_of(there);
    e.spread = quartiles_of(there);
    l.entries.push_back(std::move(e));
  }
  return l;
}

std::optional<bool> is_met(const bar& b, const interval& sure) {
  const bool at_most = b.is == bar::direction::at_most;
  if (at_most ? sure.high <= b.limit : sure.low >= b.limit) return true;
  if (at_most ? sure.low > b.limit : sure.high < b.limit) return false;
  return std::nullopt;
}

// Whom a bar names, or whom it came to.
std::string rival_of(const bar& b, const entry* theirs) {
  if (b.elsewhere) return b.elsewhere->row + " at " + std::to_string(b.elsewhere->threads);
  if (theirs != nullptr) return theirs->who.name;
  return b.peers ? "such a peer" : b.named;
}

// The line of that row with as many threads, or null.
const line* line_of(const std::string& row, std::size_t threads, const std::vector<line>& all) {
  const auto found = std::find_if(all.begin(), all.end(), [&](const line& l) { return l.what->id == row && l.threads == threads; });
  return found != all.end() ? &*found : nullptr;
}

// What ours is held against, round by round; null if it has not raced in this cell.
const entry* rival_in(const bar& b, const line& l, const std::vector<line>& all) {
  if (b.elsewhere && b.elsewhere->threads != l.threads) return l.find(name_at(b.who, b.elsewhere->threads));
  if (b.elsewhere) {
    const line* const other = line_of(b.elsewhere->row, l.threads, all);
    return other != nullptr && cell_of(*other->what, l.threads) == cell_of(*l.what, l.threads) ? other->find(b.who) : nullptr;
  }
  if (!b.peers) return l.find(b.named);
  const line* const judged = b.best_in.empty() ? &l : line_of(b.best_in, l.threads, all);
  const entry* const best = judged != nullptr ? best_of(*judged, b.peers) : nullptr;
  return best != nullptr ? l.find(best->who.name) : nullptr;
}

std::optional<verdict> pass_verdict(const bar& b, const line& l, const std::vector<line>& all) {
  if (!b.holds_at(l.threads)) return std::nullopt;
  const entry* const ours = l.find(b.who);
  if (ours == nullptr) return std::nullopt;
  if (b.is_constant) {
    std::vector<double> values;
    for (const auto& v : ours->values) {
      if (v) values.push_back(*v);
    }
    const interval sure{*std::min_element(values.begin(), values.end()), *std::max_element(values.begin(), values.end())};
    return verdict{&b, "its bound", b.limit, ours->median, sure, is_met(b, sure)};
  }
  const entry* const theirs = rival_in(b, l, all);
  constexpr double unknown = std::numeric_limits<double>::quiet_NaN();
  const std::string rival = rival_of(b, theirs);
  const std::vector<double> paired = theirs != nullptr ? ratios(*ours, *theirs) : std::vector<double>();
  if (paired.empty()) return verdict{&b, rival + ": not raced", unknown, unknown, {-INFINITY, INFINITY}, std::nullopt};
  const interval sure = median_interval_of(paired);
  return verdict{&b, rival, theirs->median, median_of(paired), sure, is_met(b, sure)};
}

}  // namespace

const entry* line::find(const std::string& name) const {
  const auto found = std::find_if(entries.begin(), entries.end(), [&](const entry& e) { return e.who.name == name; });
  return found != entries.end() ? &*found : nullptr;
}

std::optional<double> ratio_of(const entry& a, const entry& b) {
  const std::vector<double> all = ratios(a, b);
  return all.empty() ? std::nullopt : std::optional(median_of(all));
}

std::vector<std::string> unknown_names(const std::vector<row>& rows, const std::vector<subject>& all) {
  std::set<std::string> names;
  for (const row& r : rows) {
    names.insert(r.limit);
    names.insert(r.ours.begin(), r.ours.end());
    for (const bar& b : r.bars) names.insert({b.who, b.named});
  }
  for (const subject& s : all) names.erase(s.name);
  names.erase("");
  return {names.begin(), names.end()};
}

cell cell_of(const row& r, std::size_t threads) { return {r.course, r.arguments, threads, r.preload}; }

std::vector<line> judge(const std::vector<row>& rows, const std::vector<cell_result>& results) {
  std::vector<line> all;
  for (const row& r : rows) {
    for (const std::size_t threads : r.threads) {
      const auto result = std::find_if(results.begin(), results.end(), [&](const cell_result& c) { return c.what == cell_of(r, threads); });
      if (result != results.end()) all.push_back(read_line(r, threads, *result));
    }
  }
  for (line& l : all) {  // their entries stay where they are from here on
    l.best_peer = best_of(l, l.what->peers);
    l.limit = l.find(l.what->limit);
    for (const bar& b : l.what->bars) {
      if (auto v = pass_verdict(b, l, all)) l.verdicts.push_back(std::move(*v));
    }
  }
  return all;
}

}  // namespace reclaim::race
