// What a domain tells, as JSON.

#include "reclaim/metrics/json.h"

#include <gtest/gtest.h>

#include <cstring>
#include <string>
#include <vector>

#include "tests/metrics/examples.h"

namespace reclaim::tests {
namespace {

using nlohmann::json;

// By way of the text, as another program reads it.
template <class T>
json read_back(const T& value) {
  return json::parse(json(value).dump());
}

TEST(Json, HasEachFieldOfStats) {
  const json expected = json::parse(R"({
    "retired": 101, "reclaimed": 89, "retired_bytes": 10301, "reclaimed_bytes": 8900,
    "pending": {"objects": 12, "bytes": 1401}, "peak": {"objects": 64, "bytes": 6400},
    "participants": 3, "collects": 17, "heavy_fences": 16, "heavy_failures": 1,
    "epoch": 8, "advances": 7, "passed": 2, "held_up": 5, "deleter_time_ns": 1500000001
  })");

  EXPECT_EQ(read_back(distinct_stats()), expected);
}

TEST(Json, HasEachFieldOfAStall) {
  const json expected = json::parse(R"({
    "participant": 4, "thread_id": 4711, "thread_name": "reader", "at_least_ns": 2250000000, "is_region": true,
    "holds_at_most": {"objects": 12, "bytes": 1400}, "file": "cache.cc", "function": "get", "line": 42
  })");

  EXPECT_EQ(read_back(long_stall()), expected);
}

TEST(Json, HasNullWhereItIsNotKnownWhereAGuardWasMade) {
  const json read = read_back(short_stall());

  EXPECT_TRUE(read.at("file").is_null());
  EXPECT_TRUE(read.at("function").is_null());
  EXPECT_EQ(read.at("thread_name"), "");
}

TEST(Json, KeepsAll64Bits) {
  const json read = read_back(greatest_stats());

  EXPECT_EQ(read.at("retired").get<std::size_t>(), greatest_stats().retired);
  EXPECT_EQ(read.at("epoch").get<std::uint64_t>(), greatest_stats().epoch);
  EXPECT_EQ(read.at("deleter_time_ns").get<std::int64_t>(), greatest_stats().deleter_time.count());
}

TEST(Json, HasAReportWithItsStallsOrNull) {
  const json read = read_back(edge_reports());

  ASSERT_EQ(read.size(), 4u);
  EXPECT_EQ(read[0].at("domain"), "cache");
  EXPECT_EQ(read[0].at("stats"), json(distinct_stats()));
  EXPECT_EQ(read[0].at("stalls"), json({long_stall(), short_stall()}));
  EXPECT_EQ(read[1].at("stalls"), json::array());
  EXPECT_TRUE(read[2].at("stalls").is_null());
}

// A name that the kernel cut inside a character would have dump() throw.
TEST(Json, ReadsBackANameThatIsNotUtf8) {
  stall s;
  std::strcpy(s.thread_name, "cut here: \xE2\x82");

  EXPECT_EQ(read_back(s).at("thread_name"), "cut here: \xEF\xBF\xBD\xEF\xBF\xBD");
}

TEST(Json, KeepsTheOrderOfFieldsWhereItsUserWantsThat) {
  const nlohmann::ordered_json ordered = garbage{1, 2};

  EXPECT_EQ(ordered.dump(), R"({"objects":1,"bytes":2})");
}

}  // namespace
}  // namespace reclaim::tests
