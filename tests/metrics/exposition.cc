// Prints what to_prometheus() makes of the example that its argument names.

#include <cstdio>
#include <string_view>
#include <vector>

#include "reclaim/metrics/prometheus.h"
#include "tests/metrics/examples.h"

int main(int argc, char** argv) {
  using namespace reclaim;
  const std::string_view example = argc == 2 ? argv[1] : "";
  std::vector<domain_report> reports;
  if (example == "one") {
    reports = {{"cache", tests::distinct_stats(), std::nullopt}};
  } else if (example == "edges") {
    reports = tests::edge_reports();
  } else if (example != "none") {
    std::fputs("usage: exposition none|one|edges\n", stderr);
    return 2;
  }
  std::fputs(to_prometheus(reports).c_str(), stdout);
  return 0;
}
