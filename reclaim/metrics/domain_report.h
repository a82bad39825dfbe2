// What one domain tells about itself, and by which name it is told from others.

#ifndef RECLAIM_METRICS_DOMAIN_REPORT_H
#define RECLAIM_METRICS_DOMAIN_REPORT_H

#include <optional>
#include <string>
#include <vector>

#include "reclaim/core/domain_stats.h"
#include "reclaim/core/stall.h"

namespace reclaim {

struct domain_report {
  std::string domain;                        // what its user calls it
  domain_stats stats;
  std::optional<std::vector<stall>> stalls;  // if it was asked for them; empty: there is none
};

}  // namespace reclaim

#endif  // RECLAIM_METRICS_DOMAIN_REPORT_H
