// The text that Prometheus scrapes, version 0.0.4: https://prometheus.io/docs/instrumenting/exposition_formats

#ifndef RECLAIM_METRICS_PROMETHEUS_H
#define RECLAIM_METRICS_PROMETHEUS_H

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <iterator>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "reclaim/core/domain_stats.h"
#include "reclaim/core/stall.h"
#include "reclaim/metrics/domain_report.h"
#include "reclaim/metrics/valid_utf8.h"
#include "reclaim/sync/sync.h"

namespace reclaim {

// The Content-Type of an answer that to_prometheus() made.
inline constexpr std::string_view prometheus_content_type = "text/plain; version=0.0.4; charset=utf-8";

namespace detail {

// A shortest number that reads back as the same; the same in every locale.
template <class Number>
std::string number_of(Number value) {
  char digits[32];
  return {digits, std::to_chars(std::begin(digits), std::end(digits), value).ptr};
}

inline std::string seconds_of(std::chrono::nanoseconds time) { return number_of(std::chrono::duration<double>(time).count()); }

// The greatest `value` of the stalls; the least that may be where there is none.
template <class Value>
auto most_of(const std::vector<stall>& stalls, Value&& value) {
  decltype(value(stall{})) most{};
  for (const stall& s : stalls) most = std::max(most, value(s));
  return most;
}

// What Prometheus calls a metric family: a sample for each domain, made of T.
template <class T>
struct metric_family {
  const char* name;
  const char* type;
  const char* help;
  std::string (*sample)(const T&);
};

inline constexpr metric_family<domain_stats> families_of_stats[] = {
    {"reclaim_retired_objects_total", "counter", "Objects handed to the domain.",
     [](const domain_stats& s) { return number_of(s.retired); }},
    {"reclaim_retired_bytes_total", "counter", "What the retired objects occupied.",
     [](const domain_stats& s) { return number_of(s.retired_bytes); }},
    {"reclaim_reclaimed_objects_total", "counter", "Objects whose deleter has run.",
     [](const domain_stats& s) { return number_of(s.reclaimed); }},
    {"reclaim_reclaimed_bytes_total", "counter", "What the reclaimed objects occupied.",
     [](const domain_stats& s) { return number_of(s.reclaimed_bytes); }},
    {"reclaim_pending_objects", "gauge", "Objects retired and not reclaimed.",
     [](const domain_stats& s) { return number_of(s.pending.objects); }},
    {"reclaim_pending_bytes", "gauge", "What the pending objects occupy.",
     [](const domain_stats& s) { return number_of(s.pending.bytes); }},
    {"reclaim_peak_pending_objects", "gauge", "The most objects seen pending since the domain began.",
     [](const domain_stats& s) { return number_of(s.peak.objects); }},
    {"reclaim_peak_pending_bytes", "gauge", "The most bytes seen pending since the domain began.",
     [](const domain_stats& s) { return number_of(s.peak.bytes); }},
    {"reclaim_participants", "gauge", "Threads that are joined.",
     [](const domain_stats& s) { return number_of(s.participants); }},
    {"reclaim_collects_total", "counter", "Attempts to find out what may end.",
     [](const domain_stats& s) { return number_of(s.collects); }},
    {"reclaim_heavy_fences_total", "counter", "Collects that passed the fence which other processors feel.",
     [](const domain_stats& s) { return number_of(s.heavy_fences); }},
    {"reclaim_heavy_fence_failures_total", "counter", "Collects whose fence the kernel refused, and that freed nothing.",
     [](const domain_stats& s) { return number_of(s.heavy_failures); }},
    {"reclaim_epoch", "gauge", "Advances of the epoch since the domain began.",
     [](const domain_stats& s) { return number_of(s.epoch); }},
    {"reclaim_epoch_advances_total", "counter", "Epochs that a collect began.",
     [](const domain_stats& s) { return number_of(s.advances); }},
    {"reclaim_epoch_advances_past_guards_total", "counter", "Epochs that began although a guard was behind.",
     [](const domain_stats& s) { return number_of(s.passed); }},
    {"reclaim_epoch_hold_ups_total", "counter", "Attempts to begin an epoch that a guard was in the way of.",
     [](const domain_stats& s) { return number_of(s.held_up); }},
    {"reclaim_deleter_seconds_total", "counter", "Time in deleters, estimated.",
     [](const domain_stats& s) { return seconds_of(s.deleter_time); }},
};

inline constexpr metric_family<std::vector<stall>> families_of_stalls[] = {
    {"reclaim_stalled_threads", "gauge", "Threads that keep retired objects from ending, for longer than was asked for.",
     [](const std::vector<stall>& all) { return number_of(all.size()); }},
    {"reclaim_longest_stall_seconds", "gauge", "For how long the longest of them has done so.",
     [](const std::vector<stall>& all) {
       return seconds_of(most_of(all, [](const stall& s) { return s.at_least; }));
     }},
    {"reclaim_stalled_objects", "gauge", "Pending objects that one of them holds, at most.",
     [](const std::vector<stall>& all) {
       return number_of(most_of(all, [](const stall& s) { return s.holds_at_most.objects; }));
     }},
    {"reclaim_stalled_bytes", "gauge", "Pending bytes that one of them holds, at most.",
     [](const std::vector<stall>& all) {
       return number_of(most_of(all, [](const stall& s) { return s.holds_at_most.bytes; }));
     }},
};

// A label's value, in its quotes.
inline std::string quoted(std::string_view text) {
  std::string inside = "\"";
  for (const char c : valid_utf8(text)) {
    if (c == '\\' || c == '"') inside += '\\';
    inside += c == '\n' ? std::string("\\n") : std::string(1, c);
  }
  return inside + '"';
}

// Appends a family's head, and behind it what `append_samples` does.
template <class T, class AppendSamples>
void append_family(std::string& text, const metric_family<T>& family, AppendSamples&& append_samples) {
  text.append("# HELP ").append(family.name).append(" ").append(family.help).append("\n");
  text.append("# TYPE ").append(family.name).append(" ").append(family.type).append("\n");
  append_samples([&](const std::string& domain, const T& from) {
    text.append(family.name).append("{domain=").append(domain).append("} ").append(family.sample(from)).append("\n");
  });
}

}  // namespace detail

// Returns the metrics of some domains, each sample with the label `domain`; those of stalls for the domains that were asked
// for them.  What is not UTF-8 in a name reads as U+FFFD.
// Throws: std::bad_alloc; std::invalid_argument if two domains have one name: Prometheus would refuse the whole scrape.
// O(domains^2 + stalls); any thread.
inline std::string to_prometheus(std::span<const domain_report> reports) {
  std::vector<std::string> names;
  for (const domain_report& r : reports) {
    names.push_back(detail::quoted(r.domain));
    if (std::find(names.begin(), names.end() - 1, names.back()) != names.end() - 1) {
      sync::raise(std::invalid_argument("to_prometheus: two domains are named " + names.back()),
                  "to_prometheus: two domains have one name");
    }
  }
  std::string text;
  if (reports.empty()) return text;
  for (const auto& family : detail::families_of_stats) {
    detail::append_family(text, family, [&](auto&& append) {
      for (std::size_t i = 0; i != reports.size(); ++i) append(names[i], reports[i].stats);
    });
  }
  if (std::none_of(reports.begin(), reports.end(), [](const domain_report& r) { return r.stalls.has_value(); })) return text;
  for (const auto& family : detail::families_of_stalls) {
    detail::append_family(text, family, [&](auto&& append) {
      for (std::size_t i = 0; i != reports.size(); ++i) {
        if (reports[i].stalls) append(names[i], *reports[i].stalls);
      }
    });
  }
  return text;
}

}  // namespace reclaim

#endif  // RECLAIM_METRICS_PROMETHEUS_H
