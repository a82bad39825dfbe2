// The text for Prometheus; tests/metrics has others' parsers read it.

#include "reclaim/metrics/prometheus.h"

#include <gtest/gtest.h>

#include <clocale>
#include <stdexcept>
#include <string>
#include <vector>

#include "tests/metrics/examples.h"

namespace reclaim::tests {
namespace {

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

TEST(Prometheus, HasAFamilyWithItsHeadBeforeTheSamplesOfAllDomains) {
  const std::vector<domain_report> reports{{"a", distinct_stats(), {}}, {"b", {}, {}}};

  EXPECT_PRED2(has, to_prometheus(reports),
               "# HELP reclaim_participants Threads that are joined.\n"
               "# TYPE reclaim_participants gauge\n"
               "reclaim_participants{domain=\"a\"} 3\n"
               "reclaim_participants{domain=\"b\"} 0\n"
               "# HELP ");
}

TEST(Prometheus, EscapesABackslashAQuoteAndANewLine) {
  const std::vector<domain_report> reports{{"\\ \" \n", {}, {}}};

  EXPECT_PRED2(has, to_prometheus(reports), R"(reclaim_epoch{domain="\\ \" \n"} 0)");
}

TEST(Prometheus, TellsOfStallsWhereItWasAskedForThem) {
  const std::vector<domain_report> none{{"a", {}, {}}};
  const std::vector<domain_report> one{{"a", {}, {}}, {"b", {}, std::vector<stall>{long_stall(), short_stall()}}};

  EXPECT_FALSE(has(to_prometheus(none), "stall"));
  EXPECT_PRED2(has, to_prometheus(one), "\nreclaim_longest_stall_seconds{domain=\"b\"} 2.25\n");
  EXPECT_FALSE(has(to_prometheus(one), "stalled_threads{domain=\"a\"}"));
}

TEST(Prometheus, WritesAPointInEveryLocale) {
  const std::string before = std::setlocale(LC_NUMERIC, nullptr);
  for (const char* comma : {"de_DE.UTF-8", "fr_FR.UTF-8"}) std::setlocale(LC_NUMERIC, comma);  // where there is one
  const std::string text = to_prometheus(std::vector<domain_report>{{"a", distinct_stats(), {}}});
  std::setlocale(LC_NUMERIC, before.c_str());

  EXPECT_PRED2(has, text, "reclaim_deleter_seconds_total{domain=\"a\"} 1.500000001\n");
}

TEST(Prometheus, RefusesTwoDomainsOfOneName) {
  EXPECT_THROW(to_prometheus(std::vector<domain_report>{{"a", {}, {}}, {"b", {}, {}}, {"a", {}, {}}}), std::invalid_argument);
  EXPECT_THROW(to_prometheus(std::vector<domain_report>{{"\xFE", {}, {}}, {"\xFF", {}, {}}}), std::invalid_argument);
}

}  // namespace
}  // namespace reclaim::tests
