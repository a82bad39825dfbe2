#include "bench/race/report.h"

#include <sys/utsname.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <ctime>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <thread>

#include "bench/race/placement.h"
#include "bench/support/table.h"
#include "reclaim/sync/sync.h"

namespace reclaim::race {
namespace {

using json = nlohmann::ordered_json;

// Three digits that count, and no exponent.
std::string short_number(double value) {
  if (!std::isfinite(value)) return "-";
  char text[64];
  const double size = std::abs(value);
  std::snprintf(text, sizeof text, size >= 100 ? "%.0f" : size >= 10 ? "%.1f" : size >= 1 ? "%.2f" : "%.3f", value);
  return text;
}

std::string shown(const entry* e) {
  if (e == nullptr) return "-";
  return short_number(e->median) + " (" + short_number(e->spread.low) + "-" + short_number(e->spread.high) + ")";
}

std::string ratio_text(const entry* ours, const entry* theirs) {
  if (ours == nullptr || theirs == nullptr) return "-";
  const auto ratio = ratio_of(*ours, *theirs);
  return ratio ? short_number(*ratio) : "-";
}

bool has_rival(const verdict& v) { return std::isfinite(v.ratio); }

std::string met_text(const verdict& v) {
  if (!has_rival(v)) return "not judged";
  return !v.met ? "unsure" : *v.met ? "met" : "NOT MET";
}

std::string interval_text(const interval& i) {
  return std::isfinite(i.low) && std::isfinite(i.high) ? short_number(i.low) + " to " + short_number(i.high) : "-";
}

std::string threads_text(std::size_t threads) { return threads == 1 ? "1 thread" : std::to_string(threads) + " threads"; }

// "M6.pairs queue: enqueue + dequeue, 2 near"
std::string row_text(const line& l) {
  return l.what->id + " " + l.what->title + ", " + std::to_string(l.threads) + (l.tag.empty() ? "" : " " + l.tag);
}

std::string processor_name() {
  std::ifstream info("/proc/cpuinfo");
  for (std::string line; std::getline(info, line);) {
    if (line.rfind("model name", 0) == 0) return line.substr(line.find(':') + 2);
  }
  return "unknown";
}

json or_null(const std::optional<double>& value) { return value && std::isfinite(*value) ? json(*value) : json(nullptr); }
json or_null(double value) { return or_null(std::optional(value)); }
json or_null(const std::optional<bool>& value) { return value ? json(*value) : json(nullptr); }

json verdict_json(const verdict& v) {
  return {{"bar", v.what->words},         {"rival", v.rival},
          {"rival_value", or_null(v.rival_value)}, {"ratio", or_null(v.ratio)},
          {"interval", {or_null(v.sure.low), or_null(v.sure.high)}},
          {"limit", v.what->limit},       {"met", or_null(v.met)}};
}

// All bars of one subject: met if each is, not met if one is not.
json entry_json(const line& l, const entry& e) {
  json bars = json::array();
  std::string words;
  bool is_unmet = false, is_unsure = false;
  for (const verdict& v : l.verdicts) {
    if (v.what->who != e.who.name) continue;
    bars.push_back(verdict_json(v));
    words += (words.empty() ? "" : "; ") + v.what->words;
    is_unmet = is_unmet || (v.met && !*v.met);
    is_unsure = is_unsure || !v.met;
  }
  const auto to_peer = l.best_peer != nullptr ? ratio_of(e, *l.best_peer) : std::nullopt;
  const auto to_limit = l.limit != nullptr ? ratio_of(e, *l.limit) : std::nullopt;
  return {{"row", l.what->id},
          {"title", l.what->title},
          {"threads", l.threads},
          {"tag", l.tag},
          {"family", e.who.family},
          {"subject", e.who.name},
          {"value", e.median},
          {"unit", l.what->unit},
          {"less_is_better", l.what->less_is_better},
          {"spread", {e.spread.low, e.spread.high}},
          {"best_peer", l.best_peer != nullptr ? json(l.best_peer->who.name) : json(nullptr)},
          {"peer_value", l.best_peer != nullptr ? json(l.best_peer->median) : json(nullptr)},
          {"ratio_to_peer", or_null(to_peer)},
          {"limit_value", l.limit != nullptr ? json(l.limit->median) : json(nullptr)},
          {"ratio_to_limit", or_null(to_limit)},
          {"bar", bars.empty() ? json(nullptr) : json(words)},
          {"met", bars.empty() || (is_unsure && !is_unmet) ? json(nullptr) : json(!is_unmet)},
          {"bars", bars}};
}

}  // namespace

conditions look_around(const options& o) {
  utsname kernel{};
  uname(&kernel);
  char date[32];
  const std::time_t now = std::time(nullptr);
  std::strftime(date, sizeof date, "%Y-%m-%d %H:%M UTC", std::gmtime(&now));
  return {processor_name(), std::thread::hardware_concurrency(), std::string(kernel.sysname) + " " + kernel.release,
          "g++ " __VERSION__, sync::ensure_fence_mode() == sync::asymmetric, date, o.preload};
}

std::string header_text(const conditions& c, const field& all, const std::vector<subject>& racing) {
  std::string text = "Race on " + c.processor + ", " + std::to_string(c.processors) + " processors, " + c.kernel + ", " + c.compiler + ", " +
                     c.date + "\nmembarrier: " + (c.has_membarrier ? "granted" : "refused or switched off: readers pay full fences") +
                     (c.preload.empty() ? "" : "; preloaded: " + c.preload) + "\nnear, far: whether a cache line takes at most " +
                     std::to_string(static_cast<int>(farthest_near)) + " ns from one processor to the other; the two are never compared\n\nEntrants and their settings\n";
  std::size_t width = 0;
  for (const subject& s : racing) width = std::max(width, s.name.size());
  for (const subject& s : racing) text += "  " + s.name + std::string(width - s.name.size() + 2, ' ') + s.settings + "\n";
  for (const std::string& m : all.missing) text += "missing: " + m + "\n";
  return text + "\n";
}

std::string table_text(const std::vector<line>& lines, std::size_t width) {
  std::string text;
  std::vector<std::string> columns;
  bench::table t;
  const auto flush = [&] {
    if (!columns.empty()) text += t.text(width) + "\n";
  };
  for (const line& l : lines) {
    if (columns != l.what->ours) {
      flush();
      t = bench::table();
      columns = l.what->ours;
      t.add_column("", "row, threads");
      t.add_column("", "unit");
      for (const std::string& c : columns) t.add_column("ours: median (quartiles)", c);
      t.add_column("best peer", "name");
      t.add_column("best peer", "median (quartiles)");
      for (const std::string& c : columns) t.add_column("ours / best peer", c);
      t.add_column("limit", "name");
      t.add_column("limit", "median");
      for (const std::string& c : columns) t.add_column("ours / limit", c);
    }
    std::vector<std::string> cells{row_text(l), l.what->unit};
    for (const std::string& c : columns) cells.push_back(shown(l.find(c)));
    cells.push_back(l.best_peer != nullptr ? l.best_peer->who.name : "-");
    cells.push_back(shown(l.best_peer));
    for (const std::string& c : columns) cells.push_back(ratio_text(l.find(c), l.best_peer));
    cells.push_back(l.limit != nullptr ? l.limit->who.name : "-");
    cells.push_back(l.limit != nullptr ? short_number(l.limit->median) : "-");
    for (const std::string& c : columns) cells.push_back(ratio_text(l.find(c), l.limit));
    t.add_row(cells);
  }
  flush();

  bench::table bars;
  bool has_bars = false;
  for (const char* heading : {"row", "threads", "ours", "bar", "held against", "ratio", "95 % interval", ""}) bars.add_column("", heading);
  for (const line& l : lines) {
    for (const verdict& v : l.verdicts) {
      has_bars = true;
      bars.add_row({l.what->id, std::to_string(l.threads), v.what->who, v.what->words, v.rival, short_number(v.ratio),
                    interval_text(v.sure), met_text(v)});
    }
  }
  if (has_bars) text += bars.text(1000);
  std::set<std::string> failed;
  for (const line& l : lines) {
    for (const std::string& f : l.failed) {
      if (failed.insert(l.what->course + std::to_string(l.threads) + f).second) {
        text += "dropped out: " + l.what->id + ", " + threads_text(l.threads) + ": " + f + "\n";
      }
    }
  }
  return text;
}

std::string summary_text(const std::vector<line>& lines) {
  std::size_t met = 0, unmet = 0, unsure = 0, unjudged = 0, failed = 0;
  for (const line& l : lines) {
    failed += l.failed.size();
    for (const verdict& v : l.verdicts) ++(!has_rival(v) ? unjudged : !v.met ? unsure : *v.met ? met : unmet);
  }
  return "bars: " + std::to_string(met) + " met, " + std::to_string(unmet) + " not met, " + std::to_string(unsure) +
         " unsure (the bar lies within the interval, or there are fewer than 6 rounds), " + std::to_string(unjudged) +
         " not judged (nobody to hold ours against); dropped out: " + std::to_string(failed) + "\n";
}

std::string json_text(const conditions& c, const field& all, const std::vector<line>& lines, const std::vector<cell_result>& results,
                      double seconds) {
  json rows = json::array();
  json dropped = json::array();
  for (const line& l : lines) {
    for (const entry& e : l.entries) rows.push_back(entry_json(l, e));
    for (const std::string& f : l.failed) dropped.push_back({{"row", l.what->id}, {"threads", l.threads}, {"why", f}});
  }
  json cells = json::array();
  for (const cell_result& r : results) {
    cells.push_back({{"course", r.what.course}, {"arguments", r.what.arguments}, {"threads", r.what.threads}, {"preload", r.what.preload}, {"tag", r.tag}, {"ns_between_processors", r.ns_between}});
  }
  json settings = json::object();
  for (const subject& s : all.subjects) settings[s.name] = s.settings;
  return json{{"machine",
               {{"processor", c.processor}, {"processors", c.processors}, {"kernel", c.kernel}, {"compiler", c.compiler},
                {"membarrier", c.has_membarrier}, {"date", c.date}, {"preload", c.preload}}},
              {"seconds", seconds},
              {"settings", settings},
              {"missing", all.missing},
              {"rows", rows},
              {"dropped_out", dropped},
              {"cells", cells}}
             .dump(1, ' ', false, json::error_handler_t::replace) +  // an entrant may say anything
         "\n";
}

}  // namespace reclaim::race
