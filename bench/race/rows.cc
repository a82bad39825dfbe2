#include "bench/race/rows.h"

#include <algorithm>
#include <initializer_list>
#include <string_view>

#include "bench/race/entrant/race.h"
#include "reclaim/schemes/hazard.h"
#include "reclaim/schemes/hybrid.h"

namespace reclaim::race {
namespace {

using filter = std::function<bool(const subject&)>;

// By the marks that a peer must not have.
filter peers_without(unsigned marks) {
  return [=](const subject& s) { return s.is_peer() && !s.has_any(marks); };
}
filter peers_with(unsigned marks, unsigned none = 0) {
  return [=](const subject& s) { return s.is_peer() && s.has(marks) && !s.has_any(none); };
}
bool anyone(const subject&) { return true; }
filter only(std::initializer_list<const char*> names) {
  return [all = std::vector<std::string>(names.begin(), names.end())](const subject& s) {
    return std::find(all.begin(), all.end(), s.name) != all.end();
  };
}

const filter quiet_readers = peers_without(race_signals | race_declares);
const filter hazard_peers = peers_with(race_hazards);
const filter any_peer = peers_without(0);
const filter freeing_peers = peers_without(race_frees_elsewhere | race_leaks | race_pool);  // a pool gives nothing back
// Maps that lock buckets or hold values in the table are shown beside.
const filter lock_free_maps = peers_without(race_blocks | race_inline_values);
const filter growing_maps = peers_with(race_grows, race_blocks | race_inline_values);
const filter node_queues = peers_with(race_node_an_element, race_blocks | race_no_fifo | race_declares);
const filter fifo_queues = peers_without(race_blocks | race_no_fifo | race_combines | race_declares);

bar against_best(std::string subject, bar::direction is, double limit, filter peers, std::string words,
                 std::vector<std::size_t> threads = {}) {
  return {std::move(words), std::move(subject), is, limit, std::move(peers), {}, {}, false, std::move(threads)};
}
bar against(std::string subject, bar::direction is, double limit, std::string named, std::string words,
            std::vector<std::size_t> threads = {}) {
  return {std::move(words), std::move(subject), is, limit, {}, std::move(named), {}, false, std::move(threads)};
}
bar against_own(std::string subject, bar::direction is, double limit, std::string row, std::size_t at, std::string words,
                std::vector<std::size_t> threads) {
  return {std::move(words), std::move(subject), is, limit, {}, {}, bar::own{std::move(row), at}, false, std::move(threads)};
}
bar against_constant(std::string subject, bar::direction is, double limit, std::string words) {
  return {std::move(words), std::move(subject), is, limit, {}, {}, {}, true, {}};
}

constexpr auto at_most = bar::direction::at_most;
constexpr auto at_least = bar::direction::at_least;

const std::vector<std::string> schemes{"epoch", "hazard", "hybrid"};
const std::vector<std::string> maps{"hash_map/epoch", "hash_map/hazard", "hash_map/hybrid"};
const std::vector<std::string> slabs{"sharded_slab/epoch", "sharded_slab/hazard", "sharded_slab/hybrid"};
const std::vector<std::string> queues{"mpmc_queue/epoch", "mpmc_queue/hazard", "mpmc_queue/hybrid",
                                      "segmented_queue/epoch", "segmented_queue/hazard", "segmented_queue/hybrid"};

row loop(std::string id, std::string title, std::string course, std::vector<std::size_t> threads, std::string limit,
         filter peers, std::vector<bar> bars, std::string standard_name = "") {
  row r{id, title, course, {}, threads, course, course == "list" ? "ns/node" : "ns/op", true, limit, anyone, peers, schemes, bars, true};
  if (!standard_name.empty()) r.ours.push_back(standard_name);
  return r;
}

void add_readers(std::vector<row>& all) {
  for (const auto& [id, title, course] : {std::tuple("M1.enter", "enter + exit", "enter"),
                                          std::tuple("M1.nested", "nested enter + exit", "nested")}) {
    all.push_back(loop(id, title, course, {1, 2}, "leaky", quiet_readers,
                       {against_best("epoch", at_most, 0.8, quiet_readers, "at most 0.8x the best peer without signals or declarations"),
                        against("epoch", at_most, 0.8, "libcds shb", "at most 0.8x libcds shb"),
                        against("epoch", at_most, 1.15, "asymmetric pin", "at most 1.15x a hand-written asymmetric pin")},
                       "rcu_domain"));
  }
  all[0].bars.push_back(against("rcu_domain", at_most, 1.03, "epoch", "rcu_domain at most 1.03x epoch"));
  // An inner guard remembers what was around it; an inner lock() has to be counted, as liburcu's is.
  all[1].bars.push_back(against("rcu_domain", at_most, 1.0, "urcu-memb", "rcu_domain at most urcu-memb, which counts too"));
  all[0].bars.push_back(against_own("epoch", at_most, 1.05, "M1.enter", 1, "flat from 1 to 2 threads: at most 1.05x", {2}));
  all.push_back(loop("M2.shield", "shield: make, protect, drop", "shield", {1, 2}, "leaky", hazard_peers,
                     {against("hazard", at_most, 1.10, "asymmetric hazard", "at most 1.10x a hand-written hazard pointer"),
                      against_best("hazard", at_most, 0.5, hazard_peers, "at most 0.5x the best peer"),
                      against("hazard_pointer", at_most, 1.03, "hazard", "hazard_pointer at most 1.03x hazard")},
                     "hazard_pointer"));
  all.push_back(loop("M2.protect", "protect alone", "protect", {1, 2}, "leaky", hazard_peers,
                     {against("hazard", at_most, 1.05, "asymmetric hazard", "at most 1.05x a hand-written hazard pointer"),
                      against_best("hazard", at_most, 0.5, hazard_peers, "at most 0.5x the best peer"),
                      against("hazard_pointer", at_most, 1.03, "hazard", "hazard_pointer at most 1.03x hazard")},
                     "hazard_pointer"));
}

void add_writers(std::vector<row>& all) {
  row retire = loop("M3.retire", "new + retire + free", "retire", {1, 2}, "new+delete", freeing_peers, {});
  for (const auto& [scheme, share, words] : {std::tuple("epoch", 1.15, "at most 1.15x batch free + pin"),
                                             std::tuple("hazard", 1.3, "at most 1.3x batch free + pin")}) {
    retire.bars.push_back(against(scheme, at_most, share, "batch free + pin", words));
    retire.bars.push_back(against(scheme, at_most, 1.05, "ck_epoch", "at most 1.05x ck_epoch"));
  }
  all.push_back(retire);
  all.push_back(loop("M4.list", "absent key, list of 1,000", "list", {1}, "leaky list", any_peer,
                     {against("epoch", at_most, 1.02, "leaky list", "at most 1.02x leaky"),
                      against("hazard", at_most, 1.10, "leaky list", "at most 1.10x leaky"),
                      against("hybrid", at_most, 1.05, "epoch", "hybrid at most 1.05x epoch")}));
}

row map_row(std::string id, std::string title, std::vector<std::string> arguments, std::vector<std::size_t> threads,
            filter takes_part, std::vector<bar> bars) {
  for (const std::size_t t : threads) {
    bars.push_back(against("hash_map/hazard", at_least, 0.9, "hash_map/epoch", "hazard at least 0.9x epoch", {t}));
    const bool is_large = id == "M5.zipf";
    bars.push_back(against("hash_map/hybrid", at_least, is_large ? 0.85 : 0.95, "hash_map/epoch",
                           is_large ? "hybrid at least 0.85x epoch" : "hybrid at least 0.95x epoch", {t}));
  }
  return {id, title, "map", arguments, threads, "mops", "Mops/s", false, "hash_map/leaky-pool", takes_part, any_peer, maps, bars, false};
}

std::vector<bar> kept_at_8(const std::string& row) {
  std::vector<bar> bars;
  for (const std::string& map : maps) {
    bars.push_back(against_own(map, at_least, 0.9, row, 2, "8 threads on 2 processors lose at most 10 %", {8}));
  }
  return bars;
}

void add_maps(std::vector<row>& all) {
  const std::string e = "hash_map/epoch";
  std::vector<bar> get = kept_at_8("M5.get");
  get.push_back(against(e, at_least, 0.93, "hash_map/leaky-pool", "at least 0.93x leaky", {1, 2}));
  get.push_back(against_best(e, at_least, 1.0, any_peer, "at least 1.0x the best peer of any kind", {1, 2}));
  get.push_back(against_best(e, at_least, 1.5, growing_maps, "at least 1.5x the best growing lock-free peer", {1, 2}));
  all.push_back(map_row("M5.get", "map: get", {"--mix=100/0/0"}, {1, 2, 8}, anyone, get));

  std::vector<bar> mostly = kept_at_8("M5.90/5/5");
  mostly.push_back(against(e, at_least, 0.85, "hash_map/leaky-pool", "at least 0.85x leaky", {1, 2}));
  mostly.push_back(against_best(e, at_least, 1.15, lock_free_maps, "at least 1.15x the best lock-free peer", {2}));
  all.push_back(map_row("M5.90/5/5", "map: 90/5/5", {"--mix=90/5/5"}, {1, 2, 8}, anyone, mostly));

  std::vector<bar> half = kept_at_8("M5.50/25/25");
  half.push_back(against(e, at_least, 1.0, "hash_map/leaky", "at least 1.0x leaky with malloc", {1}));
  half.push_back(against(e, at_least, 0.9, "hash_map/leaky", "at least 0.9x leaky with malloc", {2}));
  half.push_back(against_best(e, at_least, 1.3, lock_free_maps, "at least 1.3x the best lock-free peer", {2}));
  all.push_back(map_row("M5.50/25/25", "map: 50/25/25", {"--mix=50/25/25"}, {1, 2, 8}, anyone, half));

  // Five million elements each: only the leaders, or memory and time run out.
  const filter leaders = only({"hash_map/epoch", "hash_map/hazard", "hash_map/hybrid", "hash_map/leaky", "hash_map/leaky-pool",
                               "cds_lfht/memb", "libcds MichaelHashMap gpb", "xenium harris_michael debra", "xenium vyukov hazard_pointer",
                               "tbb concurrent_hash_map"});
  // The map without the pool, whose nodes lie in fewer pages: a get allocates nothing, but with so many keys misses its caches.
  all.push_back(map_row("M5.zipf", "map: get, Zipf 0.99, 10 M keys", {"--mix=100/0/0", "--zipf", "--keys=10000000"}, {2}, leaders,
                        {against(e, at_least, 0.93, "hash_map/leaky", "at least 0.93x leaky with malloc")}));
}

void add_queues(std::vector<row>& all) {
  std::vector<bar> bars;
  for (const char* name : {"mpmc_queue/epoch", "mpmc_queue/hazard"}) {
    bars.push_back(against_best(name, at_least, 1.05, node_queues, "at least 1.05x the best Michael-Scott peer with a node an element"));
  }
  for (const char* name : {"segmented_queue/epoch", "segmented_queue/hazard"}) {
    bars.push_back(against(name, at_least, 0.95, "tbb concurrent_queue", "at least 0.95x TBB's", {1}));
    bars.push_back(against_best(name, at_least, 1.2, fifo_queues, "at least 1.2x the best lock-free FIFO", {2, 8}));
  }
  all.push_back({"M6.pairs", "queue: enqueue + dequeue", "queue", {}, {1, 2, 8}, "mops", "Mpairs/s", false, "segmented_queue/leaky", anyone,
                 fifo_queues, queues, bars, false});
}

void add_stall(std::vector<row>& all) {
  const auto add = [&](std::string id, std::string title, std::string figure, std::string unit, bool less_is_better, std::vector<bar> bars) {
    all.push_back({id, title, "stall", {"--operations=1000000"}, {2}, figure, unit, less_is_better, "", anyone, freeing_peers, schemes, bars, false});
  };
  // Of two participants: their slots exist from when they join.
  const auto within = [](const char* scheme, std::size_t bound) {
    return against_constant(scheme, at_most, static_cast<double>(bound), "at most its bound, " + std::to_string(bound) + " objects");
  };
  add("M7.calm", "writer, no reader stalls", "calm_mops", "Mops/s", false, {});
  add("M7.stalled", "writer, a reader stalls", "stalled_mops", "Mops/s", false,
      {against_own("hazard", at_least, 0.9, "M7.calm", 2, "at least 0.9x of that without the stall", {}),
       against_own("hybrid", at_least, 0.8, "M7.calm", 2, "at least 0.8x of that without the stall", {})});
  add("M7.peak", "peak unreclaimed in the stall", "stalled_peak", "objects", true,
      {within("hazard", hazard_domain().garbage_bound(2)), within("hybrid", hybrid_domain().garbage_bound(2))});
}

void add_latency(std::vector<row>& all) {
  for (const std::string quantile : {"p50", "p99", "p99.9", "p99.99", "max"}) {
    std::vector<bar> bars;
    if (quantile == "p99.9" || quantile == "p99.99") {
      for (const std::string& s : schemes) {
        // One peer, the one whose p99.99 is least: others free so much in one retire of a thousand that p99.9 does not see it.
        bars.push_back(against_best(s, at_most, 1.0, freeing_peers, "at most 1x the peer that frees on the retiring thread and has the best p99.99"));
        bars.back().best_in = "M8.p99.99";
      }
    }
    all.push_back({"M8." + quantile, "retire, " + quantile, "latency", {"--operations=400000"}, {1, 2}, quantile, "ns", true, "", anyone,
                   freeing_peers, schemes, bars, false});
  }
}

void add_oversubscribed(std::vector<row>& all) {
  // A pool for each of 64 threads is more than the memory.
  const filter few = [](const subject& s) { return !s.has_any(race_signals | race_pool); };
  const std::string e = "hash_map/epoch";
  all.push_back({"M9", "map: 90/5/5, many threads", "map", {"--mix=90/5/5"}, {1, 2, 8, 64}, "mops", "Mops/s", false, "hash_map/leaky", few,
                 lock_free_maps, maps,
                 {against(e, at_least, 0.9, "hash_map/leaky", "at 64 threads at least 0.9x leaky", {64}),
                  against_own(e, at_least, 0.85, "M9", 2, "at 64 threads at least 0.85x of our own at 2", {64})},
                 false});
}

// Against sharded-slab, whose design they begin with; slab under a lock is shown beside.
void add_slabs(std::vector<row>& all) {
  struct slab_row {
    const char* id;
    const char* title;
    const char* course;
    std::vector<std::size_t> threads;
    double limit;
    const char* words;
  };
  for (const slab_row& s : {slab_row{"S1.churn", "slab: insert + remove", "slab-churn", {1, 2}, 0.7, "at most 0.7x sharded-slab"},
                            {"S2.get", "slab: get, a guard each", "slab-get", {1}, 0.35, "at most 0.35x sharded-slab"},
                            {"S2.held", "slab: get, one guard", "slab-get-held", {1}, 0.2, "at most 0.2x sharded-slab"},
                            {"S3.hot", "slab: get of one key", "slab-hot", {2}, 0.08, "at most 0.08x sharded-slab"},
                            {"S4.exchange", "slab: removed by the other", "slab-exchange", {2}, 0.9, "at most 0.9x sharded-slab"},
                            {"S4.stream", "slab: one inserts, one removes", "slab-stream", {2}, 0.7, "at most 0.7x sharded-slab"},
                            {"S5.fill", "slab: insert, up to 100,000", "slab-fill", {1}, 0.3, "at most 0.3x sharded-slab"},
                            {"S6.pool", "pool: claim, give back", "slab-pool", {1}, 0.5, "at most 0.5x sharded-slab"},
                            {"S6.publish", "pool: claim, publish, remove", "slab-publish", {1}, 0, ""},
                            {"S6.drop", "slab: make + insert + drop", "slab-drop", {1}, 0.5, "at most 0.5x sharded-slab"}}) {
    const filter rival = only({"sharded-slab"});
    row r = loop(s.id, s.title, s.course, s.threads, "", rival, {});
    if (s.limit != 0) r.bars.push_back(against("sharded_slab/epoch", at_most, s.limit, "sharded-slab", s.words));
    r.ours = slabs;
    r.is_quick = false;
    all.push_back(r);
  }
}

// Ours and the nearest peers once more over other allocators.
void add_allocators(std::vector<row>& all) {
  const std::size_t count = all.size();
  for (const auto& [name, library] : {std::pair("jemalloc", "libjemalloc.so.2"), std::pair("mimalloc", "libmimalloc.so.2")}) {
    for (std::size_t i = 0; i != count; ++i) {
      if (all[i].id != "M3.retire" && all[i].id != "M5.get" && all[i].id != "M5.90/5/5" && all[i].id != "M5.50/25/25") continue;
      row r = all[i];
      r.id += "+" + std::string(name);
      r.preload = library;
      r.bars.clear();
      r.is_quick = false;
      r.threads = {2};
      r.takes_part = only({"epoch", "hazard", "hybrid", "new+delete", "batch free + pin", "ck_epoch", "libcds DHP", "xenium debra",
                           "hash_map/epoch", "hash_map/hazard", "hash_map/hybrid", "hash_map/leaky", "hash_map/leaky-pool", "cds_lfht/memb",
                           "libcds MichaelHashMap gpb", "xenium harris_michael debra", "tbb concurrent_hash_map"});
      all.push_back(r);
    }
  }
}

}  // namespace

const std::vector<row>& all_rows() {
  static const std::vector<row> all = [] {
    std::vector<row> rows;
    add_readers(rows);
    add_writers(rows);
    add_maps(rows);
    add_queues(rows);
    add_stall(rows);
    add_latency(rows);
    add_oversubscribed(rows);
    add_slabs(rows);
    add_allocators(rows);
    return rows;
  }();
  return all;
}

}  // namespace reclaim::race
