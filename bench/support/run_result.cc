#include "bench/support/run_result.h"

#include <cstring>

#include <nlohmann/json.hpp>

#include "bench/support/json.h"

namespace reclaim::bench {
namespace {

using nlohmann::json;

std::optional<std::uint64_t> or_none(const json& value) {
  if (value.is_null()) return std::nullopt;
  return value.get<std::uint64_t>();
}

}  // namespace

void run_progress::set_stalled(const std::optional<stalled_reader>& reader) noexcept {
  char name[words_a_name * sizeof(std::uint64_t)] = "";
  if (reader) reader->thread.copy(name, sizeof name - 1);
  for (std::size_t i = 0; i != words_a_name; ++i) {
    std::uint64_t word;
    std::memcpy(&word, name + i * sizeof word, sizeof word);
    name_[i].store(word, relaxed);
  }
  holds_.store(reader ? reader->holds_at_most : 0, relaxed);
  stalled_ms_.store(reader ? static_cast<std::uint64_t>(reader->ms) : 0, relaxed);
}

std::optional<stalled_reader> run_progress::stalled() const {
  const std::uint64_t ms = stalled_ms_.load(relaxed);
  if (ms == 0) return std::nullopt;
  char name[words_a_name * sizeof(std::uint64_t) + 1] = "";
  for (std::size_t i = 0; i != words_a_name; ++i) {
    const std::uint64_t word = name_[i].load(relaxed);
    std::memcpy(name + i * sizeof word, &word, sizeof word);
  }
  return stalled_reader{name, static_cast<double>(ms), holds_.load(relaxed)};
}

std::string to_json_text(const run_result& r) {
  json ms = json::array();
  json objects = json::array();
  for (const sample& s : r.timeline) {
    ms.push_back(s.ms);
    objects.push_back(s.objects);
  }
  return json{{"mops", r.mops},
              {"read_p50_ns", r.read_p50_ns},
              {"read_p99_ns", r.read_p99_ns},
              {"read_p999_ns", r.read_p999_ns},
              {"hit_rate", r.hit_rate},
              {"retired", or_null<json>(r.retired)},
              {"reclaimed", or_null<json>(r.reclaimed)},
              {"peak_unreclaimed_objects", or_null<json>(r.peak_unreclaimed_objects)},
              {"peak_unreclaimed_bytes", or_null<json>(r.peak_unreclaimed_bytes)},
              {"bound_objects", or_null<json>(r.bound_objects)},
              {"checksum_mismatches", r.checksum_mismatches},
              {"lost", r.lost},
              {"unended", r.unended},
              {"ms", ms},
              {"objects", objects},
              {"bytes_an_object", r.bytes_an_object},
              {"stall_begin_ms", r.stall_begin_ms},
              {"stall_end_ms", r.stall_end_ms},
              {"in_the_way", or_null<json>(r.in_the_way)}}
      .dump();
}

run_result from_json_text(std::string_view text) {
  const json j = json::parse(text);
  run_result r;
  r.mops = j.at("mops");
  r.read_p50_ns = j.at("read_p50_ns");
  r.read_p99_ns = j.at("read_p99_ns");
  r.read_p999_ns = j.at("read_p999_ns");
  r.hit_rate = j.at("hit_rate");
  r.retired = or_none(j.at("retired"));
  r.reclaimed = or_none(j.at("reclaimed"));
  r.peak_unreclaimed_objects = or_none(j.at("peak_unreclaimed_objects"));
  r.peak_unreclaimed_bytes = or_none(j.at("peak_unreclaimed_bytes"));
  r.bound_objects = or_none(j.at("bound_objects"));
  r.checksum_mismatches = j.at("checksum_mismatches");
  r.lost = j.at("lost");
  r.unended = j.at("unended");
  for (std::size_t i = 0; i != j.at("ms").size(); ++i) r.timeline.push_back({j.at("ms")[i], j.at("objects")[i]});
  r.bytes_an_object = j.at("bytes_an_object");
  r.stall_begin_ms = j.at("stall_begin_ms");
  r.stall_end_ms = j.at("stall_end_ms");
  if (const json& who = j.at("in_the_way"); !who.is_null()) {
    r.in_the_way = stalled_reader{who.at("thread"), who.at("ms"), who.at("holds_at_most")};
  }
  return r;
}

}  // namespace reclaim::bench
