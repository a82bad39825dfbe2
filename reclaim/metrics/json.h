// The same as JSON, through nlohmann_json: `nlohmann::json j = domain.stats();`
//
// Times are whole nanoseconds, amounts are {"objects", "bytes"}; what is not UTF-8 in a name reads as U+FFFD.

#ifndef RECLAIM_METRICS_JSON_H
#define RECLAIM_METRICS_JSON_H

#include <nlohmann/json.hpp>

#include "reclaim/core/domain_stats.h"
#include "reclaim/core/garbage.h"
#include "reclaim/core/stall.h"
#include "reclaim/metrics/domain_report.h"
#include "reclaim/metrics/valid_utf8.h"

namespace reclaim {

// Json: nlohmann::json, nlohmann::ordered_json, or another basic_json.
//
// Each writes all fields of its second argument, under their own names, to the first.  Throws: std::bad_alloc.
template <class Json>
void to_json(Json& json, const garbage& amount) {
  json = Json{{"objects", amount.objects}, {"bytes", amount.bytes}};
}

// `deleter_time` is called deleter_time_ns.
template <class Json>
void to_json(Json& json, const domain_stats& stats) {
  json = Json{{"retired", stats.retired},
              {"reclaimed", stats.reclaimed},
              {"retired_bytes", stats.retired_bytes},
              {"reclaimed_bytes", stats.reclaimed_bytes},
              {"pending", stats.pending},
              {"peak", stats.peak},
              {"participants", stats.participants},
              {"collects", stats.collects},
              {"heavy_fences", stats.heavy_fences},
              {"heavy_failures", stats.heavy_failures},
              {"epoch", stats.epoch},
              {"advances", stats.advances},
              {"passed", stats.passed},
              {"held_up", stats.held_up},
              {"deleter_time_ns", stats.deleter_time.count()}};
}

// `at_least` is called at_least_ns.  Where it is not known where the guard was made, file and function are null.
template <class Json>
void to_json(Json& json, const stall& s) {
  const auto text_or_null = [](const char* text) { return text == nullptr ? Json(nullptr) : Json(detail::valid_utf8(text)); };
  json = Json{{"participant", s.participant},
              {"thread_id", s.thread_id},
              {"thread_name", detail::valid_utf8(s.thread_name)},
              {"at_least_ns", s.at_least.count()},
              {"is_region", s.is_region},
              {"holds_at_most", s.holds_at_most},
              {"file", text_or_null(s.file)},
              {"function", text_or_null(s.function)},
              {"line", s.line}};
}

// `stalls` is null if the domain was not asked for them.
template <class Json>
void to_json(Json& json, const domain_report& report) {
  json = Json{{"domain", detail::valid_utf8(report.domain)},
              {"stats", report.stats},
              {"stalls", report.stalls ? Json(*report.stalls) : Json(nullptr)}};
}

}  // namespace reclaim

#endif  // RECLAIM_METRICS_JSON_H
