// What the JSON of a run says wherever it is written, through nlohmann_json.

#ifndef RECLAIM_BENCH_SUPPORT_JSON_H
#define RECLAIM_BENCH_SUPPORT_JSON_H

#include <nlohmann/json.hpp>
#include <optional>

#include "bench/support/run_result.h"

namespace reclaim::bench {

// Json: nlohmann::json or nlohmann::ordered_json.
template <class Json>
void to_json(Json& json, const stalled_reader& reader) {
  json = Json{{"thread", reader.thread}, {"ms", reader.ms}, {"holds_at_most", reader.holds_at_most}};
}

template <class Json, class Value>
Json or_null(const std::optional<Value>& value) {
  return value ? Json(*value) : Json(nullptr);
}

}  // namespace reclaim::bench

#endif  // RECLAIM_BENCH_SUPPORT_JSON_H
