// What domains may tell, at its edges.

#ifndef RECLAIM_TESTS_METRICS_EXAMPLES_H
#define RECLAIM_TESTS_METRICS_EXAMPLES_H

#include <chrono>
#include <cstdint>
#include <cstring>
#include <limits>
#include <vector>

#include "reclaim/metrics/domain_report.h"

namespace reclaim::tests {

// Each field has a value of its own.
inline domain_stats distinct_stats() {
  domain_stats s;
  s.retired = 101;
  s.reclaimed = 89;
  s.retired_bytes = 10301;
  s.reclaimed_bytes = 8900;
  s.pending = {12, 1401};
  s.peak = {64, 6400};
  s.participants = 3;
  s.collects = 17;
  s.heavy_fences = 16;
  s.heavy_failures = 1;
  s.epoch = 8;
  s.advances = 7;
  s.passed = 2;
  s.held_up = 5;
  s.deleter_time = std::chrono::nanoseconds(1'500'000'001);
  return s;
}

inline domain_stats greatest_stats() {
  constexpr std::size_t most = std::numeric_limits<std::size_t>::max();
  domain_stats s;
  s.retired = s.reclaimed = s.retired_bytes = s.reclaimed_bytes = s.participants = s.collects = s.heavy_fences = most;
  s.heavy_failures = s.advances = s.passed = s.held_up = most;
  s.pending = s.peak = {most, most};
  s.epoch = std::numeric_limits<std::uint64_t>::max();
  s.deleter_time = std::chrono::nanoseconds::max();
  return s;
}

inline stall long_stall() {
  stall s;
  s.participant = 4;
  s.thread_id = 4711;
  std::strcpy(s.thread_name, "reader");
  s.at_least = std::chrono::milliseconds(2250);
  s.is_region = true;
  s.holds_at_most = {12, 1400};
  s.file = "cache.cc";
  s.function = "get";
  s.line = 42;
  return s;
}

// Of a thread that has gone, in a build that does not track guards; it holds more than the one that has lasted longer.
inline stall short_stall() {
  stall s;
  s.participant = 5;
  s.at_least = std::chrono::nanoseconds(1);
  s.holds_at_most = {11, 1401};
  return s;
}

inline std::vector<domain_report> edge_reports() {
  return {{"cache", distinct_stats(), std::vector<stall>{long_stall(), short_stall()}},
          {"a \"name\"\\new\nall that is escaped, {and}=not, #h\xC3\xA4h", greatest_stats(), std::vector<stall>{}},
          {"cut \xE2\x82", {}, std::nullopt},
          {"", {}, std::nullopt}};
}

}  // namespace reclaim::tests

#endif  // RECLAIM_TESTS_METRICS_EXAMPLES_H
