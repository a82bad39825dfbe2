#include "bench/support/report.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "bench/support/zipf.h"

namespace reclaim::bench {
namespace {

run_result domain_run(double mops, std::uint64_t peak) {
  run_result r;
  r.mops = mops;
  r.read_p50_ns = 100;
  r.read_p99_ns = 200;
  r.read_p999_ns = 300;
  r.hit_rate = 0.5;
  r.retired = 10;
  r.reclaimed = 9;
  r.peak_unreclaimed_objects = peak;
  r.peak_unreclaimed_bytes = 100 * peak;
  r.peak_rss_bytes = 1 << 20;
  r.bytes_an_object = 100;
  return r;
}

nlohmann::json json_of(const std::vector<row>& rows) {
  const trace input = zipf_trace(1'000, 100);
  circumstances around;
  around.input = &input;
  return nlohmann::json::parse(json_text(rows, around));
}

TEST(RunResult, SurvivesTheWayThroughText) {
  run_result r = domain_run(1.5, 7);
  r.lost = 3;
  r.unended = -2;
  r.checksum_mismatches = 4;
  r.timeline = {{0.5, 1}, {1.5, 7}};
  r.stall_begin_ms = 100;
  r.stall_end_ms = 300;
  r.in_the_way = stalled_reader{"the \"reader\"", 190.5, 6};

  const run_result back = from_json_text(to_json_text(r));

  EXPECT_EQ(to_json_text(back), to_json_text(r));
  EXPECT_EQ(back.unended, -2);
  EXPECT_EQ(back.in_the_way->thread, "the \"reader\"");
  EXPECT_EQ(back.timeline.at(1).objects, 7u);
}

TEST(Report, ShowsTheMedianRunWithTheSpreadAndTheWorstOfAll) {
  std::vector<run_result> runs{domain_run(3, 5), domain_run(1, 9), domain_run(2, 7)};
  runs[0].checksum_mismatches = 1;
  runs[1].lost = 2;
  runs[1].peak_rss_bytes = 5 << 20;
  runs[2].unended = -3;

  const row r = summarize("epoch", 2, runs);

  EXPECT_EQ(r.median.mops, 2);
  EXPECT_EQ(r.mops_min, 1);
  EXPECT_EQ(r.mops_max, 3);
  EXPECT_EQ(r.median.peak_unreclaimed_objects, 9u);
  EXPECT_EQ(r.median.peak_rss_bytes, 5u << 20);
  EXPECT_EQ(r.median.checksum_mismatches, 1u);
  EXPECT_EQ(r.median.lost, 2u);
  EXPECT_EQ(r.median.unended, 3);
}

TEST(Report, JsonHasTheFieldsOfARun) {
  const auto json = json_of({summarize("epoch", 2, {domain_run(1, 5)})});

  const nlohmann::json& run = json.at("runs").at(0);
  std::set<std::string> fields;
  for (const auto& item : run.items()) fields.insert(item.key());
  const std::set<std::string> expected{"scheme",        "threads",     "mops",         "mops_min",    "mops_max",
                                       "read_p50_ns",   "read_p99_ns", "read_p999_ns", "hit_rate",    "retired",
                                       "reclaimed",     "lost",        "peak_unreclaimed_objects",    "peak_unreclaimed_bytes",
                                       "bound_objects",  "in_the_way",  "peak_rss_bytes", "checksum_mismatches"};
  EXPECT_EQ(fields, expected);
  EXPECT_EQ(run.at("scheme"), "epoch");
  EXPECT_EQ(run.at("threads"), 2);
  EXPECT_EQ(run.at("peak_unreclaimed_bytes"), 500);
}

TEST(Report, JsonIsNullWhereARivalHasNoValue) {
  run_result rival;
  rival.mops = 1;

  const auto run = json_of({summarize("tbb", 2, {rival})}).at("runs").at(0);

  for (const char* field : {"retired", "reclaimed", "peak_unreclaimed_objects", "peak_unreclaimed_bytes"}) {
    EXPECT_TRUE(run.at(field).is_null()) << field;
  }
  EXPECT_EQ(run.at("lost"), 0);
}

TEST(Report, JsonSaysWhoWasInTheWayIfAnybodyWas) {
  run_result stalled = domain_run(1, 5);
  stalled.in_the_way = stalled_reader{"a reader", 190.5, 6};

  const auto runs = json_of({summarize("a", 1, {domain_run(1, 5)}), summarize("b", 1, {stalled})}).at("runs");

  EXPECT_TRUE(runs.at(0).at("in_the_way").is_null());
  EXPECT_EQ(runs.at(1).at("in_the_way"), (nlohmann::json{{"thread", "a reader"}, {"ms", 190.5}, {"holds_at_most", 6}}));
}

TEST(Report, ThinsATimelineAndKeepsItsPeak) {
  run_result r = domain_run(1, 5);
  for (std::size_t i = 0; i != 5'001; ++i) r.timeline.push_back({static_cast<double>(i), i == 2'345 ? 99u : 1u});

  const auto line = json_of({summarize("epoch", 2, {r})}).at("timelines").at("epoch");

  EXPECT_LE(line.at("ms").size(), 500u);
  EXPECT_EQ(*std::max_element(line.at("objects").begin(), line.at("objects").end()), 99);
}

TEST(Report, TableFitsATerminalOf120ColumnsInOnePiece) {
  row stalled = summarize("shared_mutex", 4096, {domain_run(12.34, 9'999'999)});
  stalled.median.retired = stalled.median.reclaimed = 9'999'999;
  stalled.median.read_p999_ns = 99'999;

  const std::string text = table_text({stalled}, 120);

  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 3);
}

TEST(Report, NamesBoundsWhereThereAreSome) {
  run_result bounded = domain_run(1, 5);
  bounded.bound_objects = 12'000;

  EXPECT_EQ(bounds_text({summarize("a", 1, {domain_run(1, 5)})}), "");
  EXPECT_EQ(bounds_text({summarize("a", 1, {domain_run(1, 5)}), summarize("b", 1, {bounded})}),
            "bounds: b 5 of at most 12,000 blocks unreclaimed at once\n");
}

TEST(Report, NamesWhoWasInTheWay) {
  run_result stalled = domain_run(1, 5);
  stalled.in_the_way = stalled_reader{"a reader", 4'960, 12'345};

  EXPECT_EQ(in_the_way_text({summarize("a", 1, {domain_run(1, 5)})}), "");
  EXPECT_EQ(in_the_way_text({summarize("a", 1, {domain_run(1, 5)}), summarize("b", 1, {stalled})}),
            "in the way: b \"a reader\" for 5.0 s, holding 12,345 blocks at most\n");
  EXPECT_EQ(live_text(std::nullopt), "");
  EXPECT_EQ(live_text(stalled.in_the_way), ", \"a reader\" in the way for 5.0 s");
}

TEST(Report, NamesWhoWasInTheWayForLongestInAllRuns) {
  const auto run_with = [](double mops, std::optional<stalled_reader> reader) {
    run_result r = domain_run(mops, 5);
    r.in_the_way = std::move(reader);
    return r;
  };
  const stalled_reader briefly{"briefly", 1'000, 9}, longest{"longest", 2'000, 7};

  for (const std::vector<run_result>& runs : {
           std::vector{run_with(1, briefly), run_with(2, longest), run_with(3, briefly)},
           std::vector{run_with(1, longest), run_with(2, briefly), run_with(3, std::nullopt)},
           std::vector{run_with(1, briefly), run_with(2, std::nullopt), run_with(3, longest)},
       }) {
    EXPECT_EQ(in_the_way_text({summarize("a", 1, runs)}), "in the way: a \"longest\" for 2.0 s, holding 7 blocks at most\n");
  }
}

TEST(Report, NamesEachCheckThatFailed) {
  run_result torn = domain_run(1, 5);
  torn.checksum_mismatches = 1;
  run_result kept = domain_run(1, 5);
  kept.unended = 2;
  run_result lossy = domain_run(1, 5);
  lossy.lost = 3;
  run_result piled = domain_run(1, 5);
  piled.bound_objects = 3;
  run_result bounded = domain_run(1, 5);
  bounded.bound_objects = 5;

  const auto failed = failed_checks({summarize("a", 1, {torn}), summarize("b", 1, {kept}), summarize("c", 1, {lossy}),
                                     summarize("d", 1, {domain_run(1, 5)}), summarize("e", 1, {piled}), summarize("f", 1, {bounded})});

  const std::vector<std::string> expected{"a: checksum mismatches: 1", "b: blocks born and not ended, or ended twice: 2",
                                          "c: lost operations: 3", "e: blocks unreclaimed at once beyond the scheme's bound: 2"};
  EXPECT_EQ(failed, expected);
}

}  // namespace
}  // namespace reclaim::bench
