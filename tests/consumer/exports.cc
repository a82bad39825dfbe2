#include <cstdio>
#include <vector>

#include "reclaim/metrics/json.h"
#include "reclaim/metrics/prometheus.h"

int main() {
  const std::vector<reclaim::domain_report> reports{{"cache", {}, {}}};
  std::printf("%s%s\n", reclaim::to_prometheus(reports).c_str(), nlohmann::json(reports).dump().c_str());
  return 0;
}
