// The race without its entrants: statistics, verdicts, rows, options and report; and with entrants that do as they are told.

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cmath>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <initializer_list>
#include <iterator>
#include <limits>
#include <list>
#include <nlohmann/json.hpp>
#include <numeric>
#include <optional>
#include <set>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "bench/race/entrant/race.h"
#include "bench/race/entrant_process.h"
#include "bench/race/judge.h"
#include "bench/race/options.h"
#include "bench/race/report.h"
#include "bench/race/schedule.h"
#include "bench/race/statistics.h"
#include "bench/support/trace.h"
#include "tests/bench/race_families.h"

namespace reclaim::race {
namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;

constexpr auto at_most = bar::direction::at_most;
constexpr auto at_least = bar::direction::at_least;
constexpr double none = std::numeric_limits<double>::quiet_NaN();

// --- statistics

std::vector<double> one_to(std::size_t n) {
  std::vector<double> values(n);
  std::iota(values.rbegin(), values.rend(), 1.0);  // not in their order
  return values;
}

TEST(RaceStatistics, TakesTheMiddleOrTheMeanOfTheTwoInTheMiddle) {
  EXPECT_EQ(median_of({7}), 7);
  EXPECT_EQ(median_of({9, 1, 2}), 2);
  EXPECT_EQ(median_of({9, 1, 2, 4}), 3);
  EXPECT_EQ(median_of({1000, 1, 2, 4}), 3);  // and not the mean
}

TEST(RaceStatistics, HasTheMiddleHalfBetweenTheQuartiles) {
  const auto quartiles = [](std::size_t n) { return std::pair(quartiles_of(one_to(n)).low, quartiles_of(one_to(n)).high); };

  EXPECT_EQ(quartiles(1), std::pair(1.0, 1.0));
  EXPECT_EQ(quartiles(2), std::pair(1.0, 2.0));
  EXPECT_EQ(quartiles(4), std::pair(1.0, 4.0));
  EXPECT_EQ(quartiles(8), std::pair(2.0, 7.0));
  EXPECT_EQ(quartiles(7), std::pair(2.0, 6.0));
  EXPECT_EQ(quartiles(9), std::pair(3.0, 7.0));
  EXPECT_EQ(quartiles(13), std::pair(4.0, 10.0));
}

// The chance that the median of all lies between the values of rank `rank` from either end, of `n` values.
double confidence(unsigned n, unsigned rank) {
  double outside = 0, ways = 1;  // n over i
  for (unsigned i = 0; i != rank; ++i) {
    outside += 2 * ways;
    ways = ways * (n - i) / (i + 1);
  }
  return 1 - outside / std::pow(2.0, n);
}

// From n = 6 on, as the tables of order statistics have it.
constexpr unsigned lower_rank[] = {1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 5, 5, 5, 6};

TEST(RaceStatistics, KnowsBetweenWhichRanksTheMedianLies) {
  for (unsigned n = 6; n <= 20; ++n) {
    const interval sure = median_interval_of(one_to(n));

    EXPECT_EQ(sure.low, lower_rank[n - 6]) << n;
    EXPECT_EQ(sure.high, n + 1 - lower_rank[n - 6]) << n;
  }
}

TEST(RaceStatistics, HasAnIntervalThatIsWideEnoughAndNoWider) {
  for (unsigned n = 6; n <= 200; ++n) {
    const auto rank = static_cast<unsigned>(median_interval_of(one_to(n)).low);

    EXPECT_GE(confidence(n, rank), 0.95) << n;
    EXPECT_LT(confidence(n, rank + 1), 0.95) << n;
  }
}

TEST(RaceStatistics, IsSureOfNothingBelowSixValues) {
  for (std::size_t n = 1; n != 6; ++n) {
    EXPECT_EQ(median_interval_of(one_to(n)).low, -INFINITY) << n;
    EXPECT_EQ(median_interval_of(one_to(n)).high, INFINITY) << n;
  }
  EXPECT_EQ(median_interval_of(one_to(6)).low, 1);
}

// --- verdicts

bool any_peer(const subject& s) { return s.is_peer(); }

subject who(const std::string& name, const std::string& family, unsigned marks = 0) { return {family, name, marks, "settings", {"enter"}}; }
subject ours(const std::string& name) { return who(name, "ours", race_ours); }

// Less is better, of one thread, without a bar.
row plain_row(const std::string& id = "R") {
  row r{id, "a title", "enter", {}, {1}, "enter", "ns/op", true, "leaky", [](const subject&) { return true; }, any_peer, {"epoch"}, {}, false};
  return r;
}

row with(row r, bar b) {
  r.bars.push_back(std::move(b));
  return r;
}

bar against(const std::string& rival, bar::direction is = at_most, double limit = 1) {
  return {"against " + rival, "epoch", is, limit, {}, rival, {}, false, {}};
}
bar against_best(std::function<bool(const subject&)> peers) { return {"against the best", "epoch", at_most, 1, std::move(peers), {}, {}, false, {}}; }
bar against_own(const std::string& row, std::size_t threads) {
  return {"against ours", "epoch", at_most, 1, {}, {}, bar::own{row, threads}, false, {}};
}
bar against_constant(double limit) { return {"a bound", "epoch", at_most, limit, {}, {}, {}, true, {}}; }

// Its figures round by round; `none` where there is none.
result ran(const subject& s, const std::vector<double>& values, const std::string& figure = "enter") {
  result r{s, {}, ""};
  for (const double v : values) r.rounds.push_back(std::isnan(v) ? std::nullopt : std::optional(std::map<std::string, double>{{figure, v}}));
  return r;
}

result dropped_out(result r) {
  r.failure = "crashed";
  return r;
}

cell_result raced(const row& r, std::vector<result> entrants, std::size_t threads = 1, const std::string& tag = "") {
  return {cell_of(r, threads), tag, {}, std::move(entrants)};
}

// What is judged refers to its rows: these last.
const std::vector<row>& kept(std::vector<row> rows) {
  static std::list<std::vector<row>> all;
  return all.emplace_back(std::move(rows));
}

line judged(const row& r, std::vector<result> entrants) { return judge(kept({r}), {raced(r, std::move(entrants))}).at(0); }

std::string best_of(const row& r, std::vector<result> entrants) {
  const std::vector<line> lines = judge(kept({r}), {raced(r, std::move(entrants))});
  return lines.at(0).best_peer != nullptr ? lines[0].best_peer->who.name : "nobody";
}

// What becomes of `b` where ours has these figures, and "rival" 1 in each round.
std::optional<bool> met(const bar& b, const std::vector<double>& values) {
  const row r = with(plain_row(), b);
  return judged(r, {ran(ours("epoch"), values), ran(who("rival", "ck"), std::vector<double>(values.size(), 1))}).verdicts.at(0).met;
}

std::vector<double> joined(std::size_t n, double a, std::size_t m, double b) {
  std::vector<double> all(n, a);
  all.insert(all.end(), m, b);
  return all;
}

TEST(RaceJudge, FindsTheBestPeerByWhatIsBetter) {
  row r = plain_row();
  const std::vector<result> entrants{ran(who("low", "ck"), {1, 2, 3}), ran(who("high", "cds"), {4, 5, 6})};

  EXPECT_EQ(best_of(r, entrants), "low");
  r.less_is_better = false;
  EXPECT_EQ(best_of(r, entrants), "high");
}

TEST(RaceJudge, ComparesPeersByTheirMedians) {
  EXPECT_EQ(best_of(plain_row(), {ran(who("steady", "ck"), {5, 5, 5}), ran(who("once", "cds"), {1, 6, 6})}), "steady");
  EXPECT_EQ(best_of(plain_row(), {ran(who("steady", "ck"), {5, 5, 5}), ran(who("twice", "cds"), {1, 1, 6})}), "twice");
}

TEST(RaceJudge, TakesForAPeerNeitherOursNorAControl) {
  for (const char* family : {"ours", "controls", "standard"}) {
    EXPECT_EQ(best_of(plain_row(), {ran(who("fast", family), {1}), ran(who("slow", "ck"), {9})}), "slow") << family;
  }
  EXPECT_EQ(best_of(plain_row(), {ran(who("fast", "urcu"), {1}), ran(who("slow", "ck"), {9})}), "fast");
}

TEST(RaceJudge, LooksForTheBestPeerAmongThoseThatTheMarksAdmit) {
  row r = plain_row();
  r.peers = [](const subject& s) { return s.is_peer() && !s.has_any(race_signals | race_declares); };
  const auto best = [&](unsigned marks) { return best_of(r, {ran(who("fast", "cds", marks), {1}), ran(who("slow", "ck"), {9})}); };

  EXPECT_EQ(best(race_signals), "slow");
  EXPECT_EQ(best(race_declares | race_epochs), "slow");
  EXPECT_EQ(best(race_epochs), "fast");
}

TEST(RaceJudge, AsksForAllMarksOrForAny) {
  const subject s = who("s", "ck", race_grows | race_blocks);

  EXPECT_TRUE(s.has(race_grows | race_blocks));
  EXPECT_FALSE(s.has(race_grows | race_pool));
  EXPECT_TRUE(s.has_any(race_grows | race_pool));
  EXPECT_FALSE(s.has_any(race_pool));
}

TEST(RaceJudge, ForgetsWhoDroppedOutWhateverItDidBefore) {
  const result fast = ran(who("fast", "cds"), {1, 1, 1}), slow = ran(who("slow", "ck"), {9, 9, 9});
  const row r = with(plain_row(), against_best(any_peer));

  const line l = judged(r, {ran(ours("epoch"), {5, 5, 5}), dropped_out(fast), slow});

  EXPECT_EQ(best_of(r, {dropped_out(fast), slow}), "slow");
  EXPECT_EQ(l.find("fast"), nullptr);
  EXPECT_EQ(l.failed, std::vector<std::string>{"fast: crashed"});
  EXPECT_EQ(l.verdicts.at(0).rival, "slow");
  EXPECT_EQ(best_of(r, {fast, slow}), "fast");
}

TEST(RaceJudge, NamesWhoNeverGaveTheFigure) {
  const line l = judged(plain_row(), {ran(who("other", "ck"), {1, 1}, "leave"), ran(who("late", "cds"), {none, none}), ran(who("fine", "tbb"), {1, 1})});

  EXPECT_EQ(l.failed, (std::vector<std::string>{"other: gave no figure 'enter'", "late: has no round at this placement"}));
  EXPECT_NE(l.find("fine"), nullptr);
}

TEST(RaceJudge, PairsRoundsAndLeavesOutThoseThatOneSideLacks) {
  const line l = judged(plain_row(), {ran(ours("epoch"), {10, 20, 30, 40}), ran(who("rival", "ck"), {none, 10, 10, none})});

  EXPECT_EQ(ratio_of(*l.find("epoch"), *l.find("rival")), 2.5);  // of 2 and 3; the medians' ratio is 25/10
  EXPECT_EQ(ratio_of(*l.find("rival"), *l.find("epoch")), (0.5 + 1.0 / 3) / 2);
}

TEST(RaceJudge, TakesTheRatioRoundByRound) {
  // The machine slows down round by round; ours is twice as slow in most rounds, though its median is thrice theirs.
  const line l = judged(with(plain_row(), against("rival")), {ran(ours("epoch"), {2, 6, 60}), ran(who("rival", "ck"), {1, 2, 30})});

  EXPECT_EQ(ratio_of(*l.find("epoch"), *l.find("rival")), 2);
  EXPECT_EQ(l.verdicts.at(0).ratio, 2);
  EXPECT_EQ(l.find("epoch")->median / l.find("rival")->median, 3);
}

TEST(RaceJudge, HasNoRatioWithoutAPair) {
  const line l = judged(with(plain_row(), against("rival")), {ran(ours("epoch"), {10, none}), ran(who("rival", "ck"), {none, 10})});

  EXPECT_EQ(ratio_of(*l.find("epoch"), *l.find("rival")), std::nullopt);
  EXPECT_EQ(l.verdicts.at(0).met, std::nullopt);
  EXPECT_EQ(l.verdicts.at(0).rival, "rival: not raced");
}

TEST(RaceJudge, DecidesByTheIntervalAndNotByTheMedian) {
  EXPECT_EQ(met(against("rival"), joined(9, 0.9, 0, 0)), true);
  EXPECT_EQ(met(against("rival"), joined(8, 0.9, 1, 1.1)), true);
  EXPECT_EQ(met(against("rival"), joined(7, 0.9, 2, 1.1)), std::nullopt);  // though the median is below the bar
  EXPECT_EQ(met(against("rival"), joined(2, 0.9, 7, 1.1)), std::nullopt);
  EXPECT_EQ(met(against("rival"), joined(1, 0.9, 8, 1.1)), false);
  EXPECT_EQ(met(against("rival"), joined(9, 1.1, 0, 0)), false);
}

TEST(RaceJudge, KnowsBothDirections) {
  EXPECT_EQ(met(against("rival", at_least), joined(9, 1.1, 0, 0)), true);
  EXPECT_EQ(met(against("rival", at_least), joined(8, 1.1, 1, 0.9)), true);
  EXPECT_EQ(met(against("rival", at_least), joined(7, 1.1, 2, 0.9)), std::nullopt);
  EXPECT_EQ(met(against("rival", at_least), joined(9, 0.9, 0, 0)), false);
}

TEST(RaceJudge, TakesTheBarItselfForMet) {
  EXPECT_EQ(met(against("rival", at_most, 1.25), joined(9, 1.25, 0, 0)), true);
  EXPECT_EQ(met(against("rival", at_least, 1.25), joined(9, 1.25, 0, 0)), true);
  EXPECT_EQ(met(against("rival", at_most, 1.24), joined(9, 1.25, 0, 0)), false);
  EXPECT_EQ(met(against("rival", at_least, 1.26), joined(9, 1.25, 0, 0)), false);
}

TEST(RaceJudge, IsUnsureBelowSixPairs) {
  EXPECT_EQ(met(against("rival"), joined(5, 0.1, 0, 0)), std::nullopt);
  EXPECT_EQ(met(against("rival"), joined(6, 0.1, 0, 0)), true);
  EXPECT_EQ(met(against("rival"), joined(5, 0.1, 20, none)), std::nullopt);
}

TEST(RaceJudge, HoldsOursAgainstTheRivalThatTheBarMeans) {
  row r = with(with(with(plain_row(), against("pin")), against_best(any_peer)), against_best([](const subject& s) { return s.has(race_grows); }));
  const line l = judged(r, {ran(ours("epoch"), {6}), ran(who("pin", "controls"), {1}), ran(who("fast", "ck"), {2}), ran(who("grows", "tbb", race_grows), {3})});

  EXPECT_EQ(l.verdicts.at(0).ratio, 6);
  EXPECT_EQ(l.verdicts.at(1).ratio, 3);
  EXPECT_EQ(l.verdicts.at(2).ratio, 2);
  EXPECT_EQ(l.verdicts.at(2).rival, "grows");
  EXPECT_EQ(l.verdicts.at(2).rival_value, 3);
}

TEST(RaceJudge, DoesNotJudgeWhereTheRivalIsNotThere) {
  const row r = with(with(plain_row(), against("pin")), against_best(any_peer));

  const line l = judged(r, {ran(ours("epoch"), {6, 6, 6, 6, 6, 6})});

  EXPECT_EQ(l.verdicts.at(0).rival, "pin: not raced");
  EXPECT_EQ(l.verdicts.at(1).rival, "such a peer: not raced");
  for (const verdict& v : l.verdicts) {
    EXPECT_EQ(v.met, std::nullopt);
    EXPECT_TRUE(std::isnan(v.ratio));
  }
}

TEST(RaceJudge, HasNoVerdictWhereOursIsNotThere) {
  const row r = with(plain_row(), against("rival"));

  EXPECT_TRUE(judged(r, {ran(who("rival", "ck"), {1})}).verdicts.empty());
  EXPECT_TRUE(judged(r, {dropped_out(ran(ours("epoch"), {1})), ran(who("rival", "ck"), {1})}).verdicts.empty());
  EXPECT_EQ(judged(r, {ran(ours("epoch"), {1}), ran(who("rival", "ck"), {1})}).verdicts.size(), 1u);
}

TEST(RaceJudge, AppliesABarAtItsNumbersOfThreadsOnly) {
  bar b = against("rival");
  b.threads = {2};
  row r = with(plain_row(), b);
  r.threads = {1, 2};
  const std::vector<result> entrants{ran(ours("epoch"), {1}), ran(who("rival", "ck"), {1})};

  const std::vector<line> lines = judge(kept({r}), {raced(r, entrants, 1), raced(r, entrants, 2, "near")});

  EXPECT_EQ(lines.at(0).verdicts.size(), 0u);
  EXPECT_EQ(lines.at(1).verdicts.size(), 1u);
}

TEST(RaceJudge, HoldsOursAgainstOursInAnotherRowOfTheCell) {
  row a = with(plain_row("A"), against_own("B", 1)), b = plain_row("B");
  b.figure = "other";
  result both = ran(ours("epoch"), {2, 2, 2, 2, 2, 2, 2, 2, 2});
  for (auto& round : both.rounds) (*round)["other"] = 1;
  const verdict v = judge(kept({a, b}), {raced(a, {both})}).at(0).verdicts.at(0);

  EXPECT_EQ(v.ratio, 2);
  EXPECT_EQ(v.met, false);
  EXPECT_EQ(v.rival, "B at 1");
}

TEST(RaceJudge, HoldsOursAgainstNothingOfAnotherCell) {
  row a = with(plain_row("A"), against_own("B", 1)), b = plain_row("B");
  b.arguments = {"--another"};
  const std::vector<double> some(9, 1);
  const verdict v = judge(kept({a, b}), {raced(a, {ran(ours("epoch"), some)}), raced(b, {ran(ours("epoch"), some)})}).at(0).verdicts.at(0);

  EXPECT_EQ(v.rival, "B at 1: not raced");
  EXPECT_EQ(v.met, std::nullopt);
}

TEST(RaceJudge, HoldsOursAgainstOursThatRacedBesideWithOtherThreads) {
  row r = with(plain_row(), against_own("R", 1));
  r.threads = {1, 8};
  r.bars[0].threads = {8};
  const std::vector<line> lines =
      judge(kept({r}), {raced(r, {ran(ours("epoch"), {9})}, 1), raced(r, {ran(ours("epoch"), {1}), ran(at(ours("epoch"), 1), {4})}, 8, "near")});

  EXPECT_EQ(lines.at(1).verdicts.at(0).ratio, 0.25);
  EXPECT_EQ(lines.at(1).verdicts.at(0).rival, "R at 1");
}

TEST(RaceJudge, TakesTheBestPeerOfAnotherRow) {
  row typical = with(plain_row("typical"), against_best([](const subject& s) { return s.is_peer(); })), tail = plain_row("tail");
  typical.bars[0].best_in = "tail";
  tail.figure = "tail";
  const auto with_tail = [](result r, double value) {
    for (auto& round : r.rounds) (*round)["tail"] = value;
    return r;
  };
  const verdict v = judge(kept({typical, tail}), {raced(typical, {ran(ours("epoch"), {3}), with_tail(ran(who("lumps", "ck"), {1}), 100),
                                                                  with_tail(ran(who("even", "ck"), {3}), 3)})}).at(0).verdicts.at(0);

  EXPECT_EQ(v.rival, "even");
  EXPECT_EQ(v.ratio, 1);
}

TEST(RaceJudge, HoldsEveryRoundAgainstAConstant) {
  EXPECT_EQ(met(against_constant(10), {8, 9, 10}), true);
  EXPECT_EQ(met(against_constant(10), {8, 9, 11}), std::nullopt);
  EXPECT_EQ(met(against_constant(10), {11, 12, 13}), false);
  EXPECT_EQ(judged(with(plain_row(), against_constant(10)), {ran(ours("epoch"), {8, 9, 10})}).verdicts.at(0).ratio, 9);
}

TEST(RaceJudge, KnowsTheLimit) {
  const std::vector<line> lines = judge(kept({plain_row()}), {raced(plain_row(), {ran(ours("epoch"), {4}), ran(who("leaky", "controls"), {2})})});
  const std::vector<line> without = judge(kept({plain_row()}), {raced(plain_row(), {ran(ours("epoch"), {4})})});

  ASSERT_NE(lines.at(0).limit, nullptr);
  EXPECT_EQ(lines[0].limit->median, 2);
  EXPECT_EQ(without.at(0).limit, nullptr);
}

TEST(RaceJudge, LeavesOutRowsThatWereNotRunAndFeedsSeveralFromOneCell) {
  row calm = plain_row("calm"), stalled = plain_row("stalled"), another = plain_row("another");
  calm.figure = "calm";
  stalled.figure = "stalled";
  another.arguments = {"--another"};
  result both{ours("epoch"), {std::map<std::string, double>{{"calm", 1}, {"stalled", 2}}}, ""};

  const std::vector<line> lines = judge(kept({calm, stalled, another}), {raced(calm, {both})});

  ASSERT_EQ(lines.size(), 2u);
  EXPECT_EQ(lines[0].find("epoch")->median, 1);
  EXPECT_EQ(lines[1].find("epoch")->median, 2);
}

TEST(RaceJudge, ShowsOnlyWhoTakesPart) {
  row r = plain_row();
  r.takes_part = [](const subject& s) { return s.name != "guest"; };

  const line l = judged(r, {ran(who("guest", "ck"), {1}), ran(who("member", "ck"), {2})});

  EXPECT_EQ(l.find("guest"), nullptr);
  EXPECT_NE(l.find("member"), nullptr);
}

TEST(RaceJudge, FindsNamesThatNobodyHas) {
  const std::vector<row> rows{with(plain_row(), against("pin"))};

  EXPECT_EQ(unknown_names(rows, {ours("epoch"), who("leaky", "controls")}), std::vector<std::string>{"pin"});
  EXPECT_TRUE(unknown_names(rows, {ours("epoch"), who("leaky", "controls"), who("pin", "controls")}).empty());
}

// --- rows

// What is wrong with the rows and the bars among themselves.
std::vector<std::string> complaints_about(const std::vector<row>& rows) {
  std::vector<std::string> all;
  std::set<std::string> ids;
  const auto has = [](const std::vector<std::size_t>& threads, std::size_t n) { return std::find(threads.begin(), threads.end(), n) != threads.end(); };
  for (const row& r : rows) {
    if (!ids.insert(r.id).second) all.push_back(r.id + " is there twice");
    if (r.threads.empty() || r.figure.empty() || r.unit.empty() || r.ours.empty()) all.push_back(r.id + " lacks something");
    for (const bar& b : r.bars) {
      const auto complain = [&](const std::string& what) { all.push_back(r.id + ", " + b.words + ": " + what); };
      if (std::find(r.ours.begin(), r.ours.end(), b.who) == r.ours.end()) complain("is of no column");
      if ((b.peers ? 1 : 0) + (b.named.empty() ? 0 : 1) + (b.elsewhere ? 1 : 0) + (b.is_constant ? 1 : 0) != 1) complain("has not one rival");
      if ((b.is == at_most) != r.less_is_better) complain("is the wrong way round");
      for (const std::size_t t : b.threads) {
        if (!has(r.threads, t)) complain("holds for threads that are not run");
      }
      if (!b.best_in.empty() && std::none_of(rows.begin(), rows.end(), [&](const row& o) { return o.id == b.best_in; })) complain("has a best peer of no row");
      if (!b.elsewhere) continue;
      const auto other = std::find_if(rows.begin(), rows.end(), [&](const row& o) { return o.id == b.elsewhere->row; });
      if (other == rows.end() || !has(other->threads, b.elsewhere->threads)) complain("is against what is not run");
    }
  }
  return all;
}

TEST(RaceRows, FitTogether) { EXPECT_EQ(complaints_about(all_rows()), std::vector<std::string>()); }

TEST(RaceRows, AreFoundNotToFitWhereTheyDoNot) {
  const auto count = [](const std::vector<row>& rows) { return complaints_about(rows).size(); };
  row dumb = plain_row(), strange = with(plain_row(), against("rival")), idle = with(plain_row(), against("rival"));
  dumb.figure = "";
  strange.bars[0].who = "somebody";
  idle.bars[0].threads = {64};

  EXPECT_EQ(count({with(plain_row(), against("rival"))}), 0u);
  EXPECT_EQ(count({plain_row(), plain_row()}), 1u);
  EXPECT_EQ(count({dumb}), 1u);
  EXPECT_EQ(count({strange}), 1u);
  EXPECT_EQ(count({idle}), 1u);
  EXPECT_EQ(count({with(plain_row(), against("rival", at_least))}), 1u);
  EXPECT_EQ(count({with(plain_row(), against(""))}), 1u);
  EXPECT_EQ(count({with(plain_row(), against_own("elsewhere", 1))}), 1u);
  EXPECT_EQ(count({with(plain_row(), against_own("R", 2))}), 1u);
}

// --- options

std::optional<options> parse(std::initializer_list<const char*> arguments) {
  std::vector<const char*> argv{"race"};
  argv.insert(argv.end(), arguments);
  return parse_options(static_cast<int>(argv.size()), argv.data());
}

// What is said of bad input; "" where it is taken.
template <class Parse>
std::string complaint_of(Parse parse) {
  try {
    parse();
  } catch (const bench::input_error& e) {
    return e.what();
  }
  return "";
}
std::string complaint(std::initializer_list<const char*> arguments) {
  return complaint_of([&] { parse(arguments); });
}

std::vector<std::string> ids_of(const std::vector<row>& rows) {
  std::vector<std::string> ids;
  for (const row& r : rows) ids.push_back(r.id);
  return ids;
}

bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

TEST(RaceOptions, HaveDefaults) {
  const auto o = parse({});

  ASSERT_TRUE(o);
  EXPECT_EQ(ids_of(o->rows), ids_of(all_rows()));
  EXPECT_TRUE(o->peers.empty());
  EXPECT_EQ(o->rounds, 9u);
  EXPECT_FALSE(o->is_quick);
  EXPECT_FALSE(o->json_file || o->plot_file);
}

TEST(RaceOptions, AreTaken) {
  const auto o = parse({"--rows=M1,M4.list", "--threads=1", "--rounds=3", "--peers=ck,tbb", "--json=/tmp/race_test_r.json"});

  ASSERT_TRUE(o);
  EXPECT_EQ(ids_of(o->rows), (std::vector<std::string>{"M1.enter", "M1.nested", "M4.list"}));
  for (const row& r : o->rows) EXPECT_EQ(r.threads, std::vector<std::size_t>{1});
  EXPECT_EQ(o->rounds, 3u);
  EXPECT_EQ(o->peers, (std::vector<std::string>{"ck", "tbb"}));
  EXPECT_EQ(o->json_file, "/tmp/race_test_r.json");
}

TEST(RaceOptions, BecomeQuick) {
  EXPECT_EQ(parse({"--quick"})->rounds, 7u);
  EXPECT_EQ(parse({"--quick", "--rounds=8"})->rounds, 8u);
  const auto quick = parse({"--quick"});
  for (const row& r : quick->rows) EXPECT_LT(r.id, "M5") << r.id;
  EXPECT_EQ(ids_of(parse({"--quick", "--rows=M9"})->rows), std::vector<std::string>{"M9"});
}

TEST(RaceOptions, SayWhichRowsThereAre) {
  const std::string said = complaint({"--rows=M1,M17"});

  EXPECT_TRUE(contains(said, "'M17'")) << said;
  for (const row& r : all_rows()) EXPECT_TRUE(contains(said, r.id)) << r.id;
  EXPECT_EQ(std::count(said.begin(), said.end(), '\n'), 0);
  EXPECT_EQ(complaint({"--rows=M1"}), "");
}

TEST(RaceOptions, SayWithHowManyThreadsTheRowsAreRun) {
  EXPECT_TRUE(contains(complaint({"--threads=3"}), "'3' threads; these rows are run with 1, 2, 8, 64"));
  EXPECT_TRUE(contains(complaint({"--rows=M4", "--threads=2"}), "'2' threads; these rows are run with 1"));
  EXPECT_EQ(complaint({"--rows=M1", "--threads=2"}), "");
  for (const char* bad : {"--threads=0", "--threads=-1", "--threads=x", "--threads=2x", "--threads=1,7"}) EXPECT_NE(complaint({bad}), "") << bad;
}

TEST(RaceOptions, TakeOnlyAWholeNumberOfRounds) {
  for (const char* bad : {"--rounds=0", "--rounds=-1", "--rounds=1001", "--rounds=x", "--rounds=2.5", "--rounds=99999999999999999999"}) {
    EXPECT_TRUE(contains(complaint({bad}), "--rounds: expected a whole number from 1 to 1000")) << bad;
  }
  EXPECT_EQ(complaint({"--rounds=1000"}), "");
}

TEST(RaceOptions, RefuseWhatCannotBeWrittenOrLoaded) {
  const fs::path here(testing::TempDir());
  const fs::path text = here / "no_library.so";
  std::ofstream(text) << "no library";

  EXPECT_TRUE(contains(complaint({"--json=/nowhere/r.json"}), "--json: cannot write /nowhere/r.json"));
  EXPECT_TRUE(contains(complaint({"--plot=/nowhere/p.svg"}), "--plot: cannot write /nowhere/p.svg"));
  EXPECT_TRUE(contains(complaint({"--json=/tmp/race_test_r", "--plot=/tmp/./race_test_r"}), "is named twice"));
  EXPECT_EQ(complaint({"--json=/tmp/race_test_r", "--plot=/tmp/race_test_p"}), "");
  EXPECT_TRUE(contains(complaint({"--preload=/nowhere/a.so"}), "--preload: there is no file /nowhere/a.so"));
  EXPECT_TRUE(contains(complaint({("--preload=" + text.string()).c_str()}), "cannot be preloaded"));
}

TEST(RaceOptions, RefuseWhatTheyDoNotKnow) {
  EXPECT_TRUE(contains(complaint({"--nonsense"}), "--nonsense"));
  EXPECT_TRUE(contains(complaint({"stray"}), "stray"));
}

TEST(RaceOptions, ChooseFamiliesAndSubjects) {
  const std::vector<subject> all{ours("epoch"), who("pin", "controls"), who("std::mutex", "standard"), who("ck_epoch", "ck"), who("ck_hp", "ck"),
                                 who("urcu-memb", "urcu")};
  const auto names = [&](const std::vector<std::string>& peers) {
    std::string text;
    for (const subject& s : chosen(all, peers)) text += s.name + " ";
    return text;
  };

  EXPECT_EQ(names({}), "epoch pin std::mutex ck_epoch ck_hp urcu-memb ");
  EXPECT_EQ(names({"ck"}), "epoch pin std::mutex ck_epoch ck_hp ");
  EXPECT_EQ(names({"ck_hp", "urcu"}), "epoch pin std::mutex ck_hp urcu-memb ");
  EXPECT_EQ(names({"rust"}), "epoch pin std::mutex ");  // a family that is not installed
}

TEST(RaceOptions, SayWhichPeersThereAre) {
  const std::string said = complaint_of([] { chosen({ours("epoch"), who("ck_hp", "ck")}, {"ck", "nobody"}); });

  EXPECT_TRUE(contains(said, "'nobody'")) << said;
  for (const family& f : all_families()) EXPECT_TRUE(contains(said, f.name)) << f.name;
  EXPECT_TRUE(contains(said, "ck_hp"));
  EXPECT_EQ(std::count(said.begin(), said.end(), '\n'), 0);
}

// --- entrants

class RaceEntrants : public testing::Test {
 protected:
  // Of somebody whose script this is, with what `use` does.
  template <class Use>
  std::string failure(const std::vector<std::string>& script, Use use) const {
    families_.script("somebody", script);
    try {
      entrant_process process(families_.folder() / "ck", {"--subject=somebody"}, "");
      use(process);
    } catch (const drop_out& e) {
      return e.what();
    }
    return "";
  }
  std::string failure(const std::vector<std::string>& script, milliseconds limit = long_) const {
    return failure(script, [&](entrant_process& p) {
      p.await_ready(limit);
      for (int round = 0; round != 4; ++round) p.round(limit);
    });
  }

  void SetUp() override { families_.add("ck", ""); }

  static constexpr milliseconds long_{60'000};
  static constexpr milliseconds short_{700};
  const scripted_families families_{fs::path(testing::TempDir()) / ("race_of_" + std::string(testing::UnitTest::GetInstance()->current_test_info()->name()))};
};

TEST_F(RaceEntrants, GiveFiguresRoundByRound) {
  families_.script("somebody", {"ready", "enter=1.5 max=7", "enter=2e3"});
  entrant_process process(families_.folder() / "ck", {"--subject=somebody"}, "");

  process.await_ready(long_);

  EXPECT_EQ(process.round(long_), (std::map<std::string, double>{{"enter", 1.5}, {"max", 7}}));
  EXPECT_EQ(process.round(long_), (std::map<std::string, double>{{"enter", 2000}}));
  EXPECT_EQ(failure({"ready", "enter=1"}), "");
}

TEST_F(RaceEntrants, AreSaidToHaveCrashed) {
  EXPECT_EQ(failure({"!crash"}), "crashed (signal 6, Aborted)");
  EXPECT_EQ(failure({"ready", "enter=1", "enter=1", "!crash"}), "crashed (signal 6, Aborted)");
}

TEST_F(RaceEntrants, AreSaidToHaveEndedAndWhy) {
  EXPECT_EQ(failure({"!exit out of paper"}), "exited with 1: out of paper");
  EXPECT_EQ(failure({"ready", "enter=1", "!exit out of ink"}), "exited with 1: out of ink");
}

TEST_F(RaceEntrants, AreNotWaitedForWhenTheyHang) {
  EXPECT_EQ(failure({"!hang"}, short_), "gave no answer within 700 ms");
  EXPECT_EQ(failure({"ready", "enter=1", "!hang"}, milliseconds(1000)), "gave no answer within 1 s");
}

TEST_F(RaceEntrants, AreEndedWhenTheyHang) {
  EXPECT_NE(failure({"!hang"}, short_), "");

  std::istringstream start(families_.logged("start").at(0));
  std::string word, subject;
  pid_t process = 0;
  start >> word >> subject >> process;
  ASSERT_GT(process, 0);
  EXPECT_EQ(kill(process, 0), -1);
  EXPECT_EQ(errno, ESRCH);
}

TEST_F(RaceEntrants, AreNotWaitedForWhenTheyCloseTheirOutput) {
  EXPECT_EQ(failure({"ready", "!close"}), "closed its output and did not end");
  EXPECT_EQ(failure({"!close"}), "closed its output and did not end");
}

TEST_F(RaceEntrants, AreQuotedWhenTheySayNonsense) {
  EXPECT_EQ(failure({"hello"}), "said 'hello' where 'ready' was expected");
  for (const std::string said : {"done", "enter=", "enter=x", "enter=1x", "enter=1x=2", "enter=1 done", "enter=nan", "enter=inf", "=", "enter=1e999"}) {
    EXPECT_EQ(failure({"ready", said}), "said '" + said + "' where figures were expected");
  }
  EXPECT_EQ(failure({"ready", ""}), "said nothing where figures were expected");
  EXPECT_EQ(failure({"ready", "\xff!\x01"}), "said '?!?' where figures were expected");
}

TEST_F(RaceEntrants, MustNotAnswerBeforeTheyAreAsked) {
  EXPECT_EQ(failure({"ready", "!twice enter=1"}), "said 'enter=1?' unasked");
}

TEST_F(RaceEntrants, MustNotTalkForEver) {
  EXPECT_EQ(failure({"ready", "!flood"}), "said more than anybody asked for");
  EXPECT_EQ(failure({"!flood"}, [](entrant_process& p) { p.read_all(long_); }), "said more than anybody asked for");
}

TEST_F(RaceEntrants, DropOutWhereTheLibraryThatTheyLoadFirstIsNotThere) {
  const auto start = [&](const std::string& preload) {
    try {
      entrant_process(families_.folder() / "ck", {}, preload).await_ready(long_);
    } catch (const drop_out& e) {
      return std::string(e.what());
    }
    return std::string();
  };

  EXPECT_TRUE(contains(start("/nowhere/" + std::string(300, 'x')), "runs without what it was to load first: "));
  EXPECT_EQ(start(""), "");
}

TEST_F(RaceEntrants, SayWhyTheyCannotBeRun) {
  std::ofstream(families_.folder() / "tbb") << "text";
  const auto start = [&](const std::string& program) {
    try {
      entrant_process(families_.folder() / program, {}, "").await_ready(long_);
    } catch (const drop_out& e) {
      return std::string(e.what());
    }
    return std::string();
  };

  EXPECT_EQ(start("tbb"), "exited with 127: cannot be run: Permission denied");
  EXPECT_EQ(start("absent"), "exited with 127: cannot be run: No such file or directory");
}

std::size_t open_descriptors() {
  return static_cast<std::size_t>(std::distance(fs::directory_iterator("/proc/self/fd"), fs::directory_iterator{}));
}

TEST_F(RaceEntrants, LeaveNoDescriptorBehind) {
  const std::size_t before = open_descriptors();
  rlimit limit{};
  ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &limit), 0);

  EXPECT_EQ(failure({"ready", "enter=1"}), "");
  EXPECT_NE(failure({"!crash"}), "");
  EXPECT_EQ(open_descriptors(), before);
  int refused = 0;
  for (rlim_t more = 0; more != 6; ++more) {  // for one pipe, for both ...
    const rlimit tight{before - 1 + more, limit.rlim_max};
    ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &tight), 0);
    try {
      entrant_process(families_.folder() / "ck", {}, "");
    } catch (const drop_out&) {
      ++refused;
    }
    ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &limit), 0);
  }

  EXPECT_GE(refused, 3);
  EXPECT_EQ(open_descriptors(), before);
}

const std::string somebody_listed = "enter\tsomebody\t16\tits settings";

TEST_F(RaceEntrants, AreMustered) {
  families_.add("urcu", "enter\tmemb\t32768\tliburcu\nnested\tmemb\t32768\tliburcu\nmap\ttable\t256\tgrows\n");

  const field all = muster(families_.folder());

  ASSERT_EQ(all.subjects.size(), 2u);
  EXPECT_EQ(all.subjects[0].name, "memb");
  EXPECT_EQ(all.subjects[0].family, "urcu");
  EXPECT_EQ(all.subjects[0].settings, "liburcu");
  EXPECT_EQ(all.subjects[0].marks, unsigned{race_epochs});
  EXPECT_TRUE(all.subjects[0].runs("enter") && all.subjects[0].runs("nested"));
  EXPECT_FALSE(all.subjects[0].runs("map"));
  EXPECT_TRUE(all.subjects[1].has(race_grows));
}

TEST_F(RaceEntrants, AreMissingByNameAndPackages) {
  families_.add("urcu", somebody_listed);
  const field all = muster(families_.folder());
  const auto says = [&](const std::string& sentence) { return std::count(all.missing.begin(), all.missing.end(), sentence); };

  EXPECT_EQ(says("tbb: not built; apt-get install libtbb-dev"), 1);
  EXPECT_EQ(says("ours: not built"), 1);
  EXPECT_EQ(says("ck: has no entrants"), 1);
  EXPECT_EQ(says("urcu: not built; apt-get install liburcu-dev"), 0);
  EXPECT_EQ(all.missing.size(), all_families().size() - 1);
}

TEST_F(RaceEntrants, AreMissingWhereTheirListIsBad) {
  families_.add("urcu", "!crash");
  families_.add("tbb", "!exit no licence");
  families_.add("cds", "what\n" + somebody_listed + "\n");
  families_.add("boost", "!close");
  std::ofstream(families_.folder() / "rust") << "text";
  const field all = muster(families_.folder());
  const auto says = [&](const std::string& sentence) { return std::count(all.missing.begin(), all.missing.end(), sentence); };

  EXPECT_EQ(says("urcu: could not list what it has"), 1);
  EXPECT_EQ(says("tbb: could not list what it has: no licence"), 1);
  EXPECT_EQ(says("cds: lines of its list that say nothing: 1"), 1);
  EXPECT_EQ(says("boost: closed its output and did not end"), 1);
  EXPECT_EQ(says("rust: could not list what it has: cannot be run: Permission denied"), 1);
  ASSERT_EQ(all.subjects.size(), 1u);
  EXPECT_EQ(all.subjects[0].family, "cds");
}

// --- cells

class RaceCell : public testing::Test {
 protected:
  void SetUp() override { families_.add("ck", ""); }

  // So many rounds of a, b and c; `ns` is what lies between the processors, measurement by measurement, again and again.
  cell_result run(std::size_t threads, std::size_t rounds, std::vector<double> ns = {10}) {
    terms t;
    t.rounds = t.least_rounds = rounds;
    t.fill_limit = t.round_limit = milliseconds(limit_);
    t.ns_between = [&, ns] { return ns[measurements_++ % ns.size()]; };
    return run_cell({"enter", {"--nodes=7"}, threads, ""}, {who("a", "ck"), who("b", "ck"), who("c", "ck")}, families_.folder(), t,
                    [](const std::string&, double share) { EXPECT_TRUE(share >= 0 && share <= 1) << share; });
  }

  std::string order() const {
    std::string text;
    for (const std::string& l : families_.logged("round")) text += l.substr(6);
    return text;
  }

  // 'x' for each round with figures, '-' for the others.
  static std::string taken(const result& r) {
    std::string text;
    for (const auto& figures : r.rounds) text += figures ? 'x' : '-';
    return text;
  }

  const scripted_families families_{fs::path(testing::TempDir()) / ("race_of_" + std::string(testing::UnitTest::GetInstance()->current_test_info()->name()))};
  std::size_t measurements_ = 0;
  int limit_ = 60'000;
};

TEST_F(RaceCell, LetsAnotherBeginEachRound) {
  const cell_result all = run(1, 4);

  EXPECT_EQ(order(), "abcbcacababc");
  for (const result& r : all.entrants) EXPECT_EQ(taken(r), "xxxx") << r.who.name;
}

TEST_F(RaceCell, TellsEntrantsWhatToDo) {
  run(2, 1);

  ASSERT_EQ(families_.logged("start").size(), 3u);
  const std::string start = families_.logged("start")[1];
  for (const char* part : {"start b ", "--course=enter", "--subject=b", "--threads=2", "--seconds=0.02", "--nodes=7", "preload= "}) {
    EXPECT_TRUE(contains(start, part)) << start;
  }
}

TEST_F(RaceCell, HasNoTagWithOneThread) {
  EXPECT_EQ(run(1, 3).tag, "");
  EXPECT_EQ(measurements_, 0u);
  EXPECT_EQ(run(2, 3).tag, "near");
  EXPECT_EQ(measurements_, 9u);
}

TEST_F(RaceCell, TakesOnlyRoundsOfOnePlacement) {
  constexpr double near = 20, far = 200;

  const cell_result all = run(2, 3, {near, near, near, far, far, far});

  EXPECT_EQ(all.tag, "near");
  for (const result& r : all.entrants) EXPECT_EQ(taken(r), "x-x-x") << r.who.name;
}

TEST_F(RaceCell, TakesThePlacementThatThereIsMoreOf) {
  constexpr double near = 20, far = 200;

  const cell_result all = run(2, 2, {near, near, near, far, far, far, far, far, far});

  EXPECT_EQ(all.tag, "far");
  for (const result& r : all.entrants) EXPECT_EQ(taken(r), "-xx") << r.who.name;
}

TEST_F(RaceCell, StopsWhenThePlacementKeepsChanging) {
  const cell_result all = run(2, 3, {20, 200});  // within each round

  EXPECT_EQ(all.entrants.at(0).rounds.size(), 6u);
  EXPECT_EQ(taken(all.entrants[0]), "x---xx");
}

TEST_F(RaceCell, GoesOnWithoutWhoCrashes) {
  families_.script("b", {"ready", "enter=1", "enter=1", "!crash"});

  const cell_result all = run(1, 4);

  EXPECT_EQ(all.entrants.at(1).failure, "crashed (signal 6, Aborted)");
  EXPECT_EQ(taken(all.entrants[0]), "xxxx");
  EXPECT_EQ(taken(all.entrants[2]), "xxxx");
  EXPECT_EQ(all.entrants[0].failure, "");
  EXPECT_EQ(order(), "abcbcacabac");
}

TEST_F(RaceCell, RunsNoMoreRoundsBecauseSomebodyCrashed) {
  families_.script("b", {"ready", "!crash"});

  const cell_result all = run(2, 3);

  EXPECT_EQ(all.tag, "near");
  EXPECT_EQ(taken(all.entrants.at(0)), "xxx");
  EXPECT_EQ(taken(all.entrants.at(1)), "---");
}

TEST_F(RaceCell, GoesOnWithoutWhoHangsWhenFilledOrInARound) {
  limit_ = 1'000;
  families_.script("a", {"!hang"});
  families_.script("b", {"ready", "enter=1", "!hang"});

  const cell_result all = run(1, 3);

  EXPECT_EQ(all.entrants.at(0).failure, "gave no answer within 1 s");
  EXPECT_EQ(all.entrants.at(1).failure, "gave no answer within 1 s");
  EXPECT_EQ(all.entrants.at(2).failure, "");
  EXPECT_EQ(taken(all.entrants[2]), "xxx");
}

TEST_F(RaceCell, EndsWhereNobodyIsLeft) {
  for (const char* name : {"a", "b", "c"}) families_.script(name, {"!exit tired"});

  const cell_result all = run(2, 3);

  for (const result& r : all.entrants) EXPECT_EQ(r.failure, "exited with 1: tired");
  EXPECT_EQ(order(), "");
}

// --- report

conditions anywhere() { return {"a processor", 2, "a kernel", "a compiler", true, "a day", ""}; }

// The JSON of one row in which ours has `value` in each of nine rounds, a peer 4, and the limit 1.
nlohmann::json json_of(double value, std::vector<result> others = {}) {
  const row r = with(with(plain_row(), against("rival")), against("leaky", at_most, 4));
  std::vector<result> entrants{ran(ours("epoch"), std::vector<double>(9, value)), ran(who("rival", "ck"), std::vector<double>(9, 4)),
                               ran(who("leaky", "controls"), std::vector<double>(9, 1))};
  entrants.insert(entrants.end(), others.begin(), others.end());
  const std::vector<cell_result> results{raced(r, entrants)};
  return nlohmann::json::parse(json_text(anywhere(), {{ours("epoch")}, {"tbb: not built"}}, judge(kept({r}), results), results, 1.5));
}

nlohmann::json entry_of(const nlohmann::json& race, const std::string& name) {
  for (const auto& e : race.at("rows")) {
    if (e.at("subject") == name) return e;
  }
  return {};
}

TEST(RaceReport, HasEveryKeyOfARow) {
  const nlohmann::json e = entry_of(json_of(2), "epoch");

  EXPECT_EQ(e.at("row"), "R");
  EXPECT_EQ(e.at("threads"), 1);
  EXPECT_EQ(e.at("subject"), "epoch");
  EXPECT_EQ(e.at("value"), 2);
  EXPECT_EQ(e.at("unit"), "ns/op");
  EXPECT_EQ(e.at("spread"), nlohmann::json::parse("[2, 2]"));
  EXPECT_EQ(e.at("best_peer"), "rival");
  EXPECT_EQ(e.at("peer_value"), 4);
  EXPECT_EQ(e.at("ratio_to_peer"), 0.5);
  EXPECT_EQ(e.at("limit_value"), 1);
  EXPECT_EQ(e.at("ratio_to_limit"), 2);
  EXPECT_EQ(e.at("bar"), "against rival; against leaky");
  EXPECT_EQ(e.at("met"), true);
}

TEST(RaceReport, SaysWhetherAllBarsAreMet) {
  const auto met_with = [](double value) { return entry_of(json_of(value), "epoch").at("met"); };

  EXPECT_EQ(met_with(4), true);
  EXPECT_EQ(met_with(4.1), false);  // both
  EXPECT_TRUE(entry_of(json_of(4), "rival").at("met").is_null());
  EXPECT_TRUE(entry_of(json_of(4), "rival").at("bar").is_null());
}

TEST(RaceReport, HasNoFigureOfARivalThatIsNotThere) {
  const row r = with(plain_row(), against("rival"));
  const std::vector<cell_result> results{raced(r, {ran(ours("epoch"), {1, 1, 1, 1, 1, 1})})};
  const std::vector<line> lines = judge(kept({r}), results);

  const nlohmann::json e = entry_of(nlohmann::json::parse(json_text(anywhere(), {}, lines, results, 1)), "epoch");

  for (const char* key : {"best_peer", "peer_value", "ratio_to_peer", "limit_value", "ratio_to_limit", "met"}) EXPECT_TRUE(e.at(key).is_null()) << key;
  EXPECT_EQ(e.at("bars").at(0).at("rival"), "rival: not raced");
  EXPECT_TRUE(contains(table_text(lines, 200), "not judged"));
  EXPECT_FALSE(contains(table_text(lines, 200), "nan"));
  EXPECT_TRUE(contains(summary_text(lines), "1 not judged"));
}

TEST(RaceReport, TakesWhateverBytesAnEntrantSaid) {
  const subject strange{"tbb", "\xff\xfe", 0, "\xc3(", {"enter"}};

  const nlohmann::json race = json_of(2, {ran(strange, {1}), dropped_out(ran(strange, {1}))});

  EXPECT_EQ(race.at("dropped_out").size(), 1u);
  EXPECT_EQ(race.at("rows").size(), 4u);
}

TEST(RaceReport, ShowsTheTableAndTheBars) {
  const row r = with(plain_row(), against("rival"));
  const auto text = [&](double value) {
    return table_text({judge(kept({r}), {raced(r, {ran(ours("epoch"), std::vector<double>(9, value)), ran(who("rival", "ck"), std::vector<double>(9, 4))})})}, 200);
  };

  EXPECT_TRUE(contains(text(2), "R a title, 1"));
  EXPECT_TRUE(contains(text(2), "2.00 (2.00-2.00)"));
  EXPECT_TRUE(contains(text(2), "0.500 to 0.500"));
  EXPECT_TRUE(contains(text(2), "  met\n"));
  EXPECT_FALSE(contains(text(2), "NOT MET"));
  EXPECT_TRUE(contains(text(8), "NOT MET"));
}

TEST(RaceReport, NamesWhoDroppedOutAndWhoIsMissing) {
  const row r = plain_row();
  const std::vector<line> lines = judge(kept({r}), {raced(r, {ran(ours("epoch"), {1}), dropped_out(ran(who("rival", "ck"), {1}))})});

  EXPECT_TRUE(contains(table_text(lines, 200), "dropped out: R, 1 thread: rival: crashed"));
  EXPECT_TRUE(contains(summary_text(lines), "; dropped out: 1"));
  EXPECT_TRUE(contains(header_text(anywhere(), {{}, {"tbb: not built"}}, {ours("epoch")}), "missing: tbb: not built\n"));
}

TEST(RaceReport, CountsBarsByWhatBecameOfThem) {
  const row r = with(with(with(with(plain_row(), against("rival")), against("rival", at_least)), against("nobody")), against("unsteady"));
  const std::vector<line> lines =
      judge(kept({r}), {raced(r, {ran(ours("epoch"), std::vector<double>(9, 2)), ran(who("rival", "ck"), std::vector<double>(9, 4)),
                            ran(who("unsteady", "ck"), {1, 4, 1, 4, 1, 4, 1, 4, 1})})});

  EXPECT_EQ(summary_text(lines).rfind("bars: 1 met, 1 not met, 1 unsure", 0), 0u) << summary_text(lines);
  EXPECT_TRUE(contains(summary_text(lines), ", 1 not judged"));
}

}  // namespace
}  // namespace reclaim::race
