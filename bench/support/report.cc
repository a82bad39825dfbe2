#include "bench/support/report.h"

#include <algorithm>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "bench/support/json.h"
#include "bench/support/table.h"

namespace reclaim::bench {
namespace {

using json = nlohmann::ordered_json;

constexpr double bytes_a_mib = 1024.0 * 1024.0;
constexpr std::size_t most_points = 500;  // of a timeline in the JSON

std::string fixed(double value, int decimals) {
  char text[64];
  std::snprintf(text, sizeof text, "%.*f", decimals, value);
  return text;
}

std::string number(std::optional<std::uint64_t> value) {
  if (!value) return "-";
  const std::string digits = std::to_string(*value);
  std::string text;
  for (std::size_t i = 0; i != digits.size(); ++i) {
    if (i != 0 && (digits.size() - i) % 3 == 0) text += ',';
    text += digits[i];
  }
  return text;
}

std::string mib(std::optional<std::uint64_t> bytes) { return bytes ? fixed(static_cast<double>(*bytes) / bytes_a_mib, 1) : "-"; }

std::optional<std::uint64_t> larger(std::optional<std::uint64_t> a, std::optional<std::uint64_t> b) {
  return a && b ? std::optional(std::max(*a, *b)) : std::nullopt;
}

// Who was in the way for longer, if anybody was.
const std::optional<stalled_reader>& longer(const std::optional<stalled_reader>& a, const std::optional<stalled_reader>& b) {
  return !a || (b && a->ms < b->ms) ? b : a;
}

// Returns at most `most_points` samples, of each stretch the highest: a peak is never thinned away.
std::vector<sample> thinned(const std::vector<sample>& all) {
  const std::size_t stretch = all.size() / most_points + 1;
  std::vector<sample> few;
  for (std::size_t begin = 0; begin < all.size(); begin += stretch) {
    const auto first = all.begin() + static_cast<std::ptrdiff_t>(begin);
    const auto last = all.begin() + static_cast<std::ptrdiff_t>(std::min(begin + stretch, all.size()));
    few.push_back(*std::max_element(first, last, [](const sample& a, const sample& b) { return a.objects < b.objects; }));
  }
  return few;
}

json run_json(const row& r) {
  const run_result& m = r.median;
  return {{"scheme", r.scheme},
          {"threads", r.threads},
          {"mops", m.mops},
          {"mops_min", r.mops_min},
          {"mops_max", r.mops_max},
          {"read_p50_ns", m.read_p50_ns},
          {"read_p99_ns", m.read_p99_ns},
          {"read_p999_ns", m.read_p999_ns},
          {"hit_rate", m.hit_rate},
          {"retired", or_null<json>(m.retired)},
          {"reclaimed", or_null<json>(m.reclaimed)},
          {"peak_unreclaimed_objects", or_null<json>(m.peak_unreclaimed_objects)},
          {"peak_unreclaimed_bytes", or_null<json>(m.peak_unreclaimed_bytes)},
          {"bound_objects", or_null<json>(m.bound_objects)},
          {"in_the_way", or_null<json>(m.in_the_way)},
          {"peak_rss_bytes", m.peak_rss_bytes},
          {"checksum_mismatches", m.checksum_mismatches},
          {"lost", m.lost}};
}

json timeline_json(const run_result& r) {
  json t{{"stall_begin_ms", r.stall_begin_ms}, {"stall_end_ms", r.stall_end_ms}, {"ms", json::array()}, {"objects", json::array()}};
  for (const sample& s : thinned(r.timeline)) {
    t["ms"].push_back(s.ms);
    t["objects"].push_back(s.objects);
  }
  t["bytes_an_object"] = r.bytes_an_object;
  return t;
}

}  // namespace

row summarize(std::string scheme, std::size_t threads, std::vector<run_result> runs) {
  std::sort(runs.begin(), runs.end(), [](const run_result& a, const run_result& b) { return a.mops < b.mops; });
  row r{std::move(scheme), threads, runs[(runs.size() - 1) / 2], runs.front().mops, runs.back().mops};
  r.median.checksum_mismatches = 0;
  r.median.lost = 0;
  r.median.unended = 0;
  for (const run_result& one : runs) {
    r.median.peak_unreclaimed_objects = larger(r.median.peak_unreclaimed_objects, one.peak_unreclaimed_objects);
    r.median.peak_unreclaimed_bytes = larger(r.median.peak_unreclaimed_bytes, one.peak_unreclaimed_bytes);
    r.median.in_the_way = longer(r.median.in_the_way, one.in_the_way);
    r.median.peak_rss_bytes = std::max(r.median.peak_rss_bytes, one.peak_rss_bytes);
    r.median.checksum_mismatches += one.checksum_mismatches;
    r.median.lost += one.lost;
    r.median.unended += one.unended < 0 ? -one.unended : one.unended;
  }
  return r;
}

std::string table_text(const std::vector<row>& rows, std::size_t width) {
  table t;
  t.add_column("", "scheme");
  t.add_column("", "threads");
  t.add_column("Mops/s", "median");
  t.add_column("Mops/s", "min-max");
  t.add_column("read latency, ns", "p50");
  t.add_column("read latency, ns", "p99");
  t.add_column("read latency, ns", "p99.9");
  t.add_column("hit", "rate");
  t.add_column("blocks", "retired");
  t.add_column("blocks", "reclaimed");
  t.add_column("peak unreclaimed", "blocks");
  t.add_column("peak unreclaimed", "MiB");
  t.add_column("peak RSS", "MiB");
  for (const row& r : rows) {
    const run_result& m = r.median;
    t.add_row({r.scheme, std::to_string(r.threads), fixed(m.mops, 2), fixed(r.mops_min, 2) + "-" + fixed(r.mops_max, 2), number(m.read_p50_ns),
               number(m.read_p99_ns), number(m.read_p999_ns), fixed(100 * m.hit_rate, 1) + "%", number(m.retired), number(m.reclaimed),
               number(m.peak_unreclaimed_objects), mib(m.peak_unreclaimed_bytes), mib(m.peak_rss_bytes)});
  }
  return t.text(width);
}

std::string bounds_text(const std::vector<row>& rows) {
  std::string text;
  for (const row& r : rows) {
    const run_result& m = r.median;
    if (!m.bound_objects) continue;
    text += (text.empty() ? "bounds: " : ", ") + r.scheme + " " + number(m.peak_unreclaimed_objects) + " of at most " +
            number(m.bound_objects) + " blocks unreclaimed at once";
  }
  return text.empty() ? text : text + "\n";
}

std::string live_text(const std::optional<stalled_reader>& reader) {
  if (!reader) return "";
  return ", \"" + reader->thread + "\" in the way for " + fixed(reader->ms / 1000, 1) + " s";
}

std::string in_the_way_text(const std::vector<row>& rows) {
  std::string text;
  for (const row& r : rows) {
    if (!r.median.in_the_way) continue;
    const stalled_reader& who = *r.median.in_the_way;
    text += (text.empty() ? "in the way: " : ", ") + r.scheme + " \"" + who.thread + "\" for " + fixed(who.ms / 1000, 1) +
            " s, holding " + number(who.holds_at_most) + " blocks at most";
  }
  return text.empty() ? text : text + "\n";
}

std::string json_text(const std::vector<row>& rows, const circumstances& around) {
  json all{{"trace",
            {{"name", around.input->name},
             {"operations", around.input->operations.size()},
             {"writes", around.input->writes},
             {"distinct_keys", around.input->distinct_keys}}},
           {"capacity", around.capacity},
           {"threads", around.threads},
           {"store", around.store},
           {"repetitions", around.repetitions},
           {"passes", around.passes},
           {"stall_ms", around.stall.count()},
           {"runs", json::array()},
           {"timelines", json::object()}};
  for (const row& r : rows) {
    all["runs"].push_back(run_json(r));
    if (r.median.retired) all["timelines"][r.scheme] = timeline_json(r.median);
  }
  return all.dump(2) + "\n";
}

std::vector<std::string> failed_checks(const std::vector<row>& rows) {
  std::vector<std::string> failed;
  const auto check = [&](const row& r, const char* what, auto count) {
    if (count != 0) failed.push_back(r.scheme + ": " + what + ": " + std::to_string(count));
  };
  for (const row& r : rows) {
    check(r, "checksum mismatches", r.median.checksum_mismatches);
    check(r, "blocks born and not ended, or ended twice", r.median.unended);
    check(r, "lost operations", r.median.lost);
    const std::uint64_t peak = r.median.peak_unreclaimed_objects.value_or(0);
    check(r, "blocks unreclaimed at once beyond the scheme's bound", peak - std::min(peak, r.median.bound_objects.value_or(peak)));
  }
  return failed;
}

}  // namespace reclaim::bench
