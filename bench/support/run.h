// One run: threads share the trace against one cache, a sampler watches, a reader may stall; then the checks.

#ifndef RECLAIM_BENCH_SUPPORT_RUN_H
#define RECLAIM_BENCH_SUPPORT_RUN_H

#include <pthread.h>

#include <algorithm>
#include <barrier>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include "bench/support/finding.h"
#include "bench/support/latency_histogram.h"
#include "bench/support/ledger.h"
#include "bench/support/run_result.h"
#include "bench/support/trace.h"
#include "bench/support/trace_cursor.h"
#include "reclaim/core/stall.h"
#include "reclaim/sync/sync.h"

namespace reclaim::bench {

// What one thread counts; its own until it is joined.
struct tally {
  std::uint64_t hits = 0;
  std::uint64_t misses = 0;
  std::uint64_t corrupt = 0;
  std::uint64_t writes = 0;
  latency_histogram read_latency;
  double begin_ms = 0;
  double end_ms = 0;

  std::uint64_t reads() const noexcept { return hits + misses + corrupt; }

  void count(finding found) noexcept { ++(found == finding::hit ? hits : found == finding::miss ? misses : corrupt); }

  void merge(const tally& other) noexcept {
    hits += other.hits;
    misses += other.misses;
    corrupt += other.corrupt;
    writes += other.writes;
    read_latency.merge(other.read_latency);
    begin_ms = std::min(begin_ms, other.begin_ms);
    end_ms = std::max(end_ms, other.end_ms);
  }
};

// One run over a Cache:
//   Cache(capacity, ledger&);  read(key, version) -> finding;  write(key, version);  hold(key, wait) -> finding;
//   unreclaimed() -> optional<size_t>;  longest_stall() -> optional<stall>;  bytes_an_object();  settle(participants) -> reclamation or none;  audit() -> uint64_t
template <class Cache>
class run {
 public:
  // A read in this many is timed.
  static constexpr std::uint64_t reads_a_sample = 32;

  run(const run_options& options, run_progress& progress)
      : options_(options),
        progress_(progress),
        cursor_(options.input->operations.size(), options.passes),
        start_line_(static_cast<std::ptrdiff_t>(options.threads)) {
    // More slots than blocks and threads in need of one would never be used.
    cache_.emplace(std::min(options.capacity, options.input->distinct_keys + options.threads), ledger_);
    if (options.stall.count() == 0) cursor_.close();
  }

  // Replays the trace and judges what is left.  Blocking; called once.
  run_result result() {
    std::vector<tally> tallies(options_.threads);
    std::vector<std::thread> workers;
    for (tally& t : tallies) workers.emplace_back([this, &t] { work(t); });
    std::thread sampler([this] { watch(); });
    std::thread staller;
    if (options_.stall.count() != 0) staller = std::thread([this] { stall_reader(); });
    for (std::thread& w : workers) w.join();
    is_over_.store(true, relaxed);
    sampler.join();
    if (staller.joinable()) staller.join();
    take_sample();  // a short run may have ended before the first
    tally total = tallies.front();
    for (std::size_t i = 1; i != tallies.size(); ++i) total.merge(tallies[i]);
    return judge(total);
  }

 private:
  using clock = std::chrono::steady_clock;

  static constexpr std::size_t others = 3;  // threads: who begins the run, who watches it, and who stalls
  static constexpr std::chrono::milliseconds sample_interval{1};
  static constexpr std::size_t samples_a_look = 50;
  static constexpr std::chrono::milliseconds before_stall{100};
  static constexpr std::chrono::milliseconds after_stall{100};  // and a tenth of the stall

  double ms_since_start() const { return std::chrono::duration<double, std::milli>(clock::now() - begin_).count(); }

  // A worker: takes shares of the trace until there are none.
  void work(tally& mine) {
    sync::register_thread();
    start_line_.arrive_and_wait();
    mine.begin_ms = ms_since_start();
    for (auto share = cursor_.take(); !share.empty(); share = cursor_.take()) {
      for (std::size_t i = share.begin; i != share.end; ++i) {
        // The version names the one operation of the whole run that wrote it.
        replay(options_.input->operations[i], share.taken + (i - share.begin), mine);
      }
    }
    mine.end_ms = ms_since_start();
  }

  void replay(operation o, std::uint64_t version, tally& mine) {
    if (o.is_write()) {
      cache_->write(o.key(), version);
      ++mine.writes;
    } else if (mine.reads() % reads_a_sample != 0) {
      mine.count(cache_->read(o.key(), version));
    } else {
      const auto before = clock::now();
      mine.count(cache_->read(o.key(), version));
      mine.read_latency.record(static_cast<std::uint64_t>(std::chrono::nanoseconds(clock::now() - before).count()));
    }
  }

  // The sampler: follows the unreclaimed blocks and the progress.
  void watch() {
    auto next = begin_;
    while (!is_over_.load(relaxed)) {
      take_sample();
      const double length = static_cast<double>(options_.input->operations.size() * options_.passes);
      const double stall = static_cast<double>((before_stall + options_.stall + tail()).count());
      if (timeline_.size() % samples_a_look == 0) see_who_is_in_the_way();
      const double part = options_.stall.count() == 0 ? static_cast<double>(cursor_.taken()) / length : ms_since_start() / stall;
      progress_.set_done(static_cast<unsigned>(1000 * std::min(part, 1.0)));
      next = std::max(next + sample_interval, clock::now());
      std::this_thread::sleep_until(next);
    }
  }

  void take_sample() {
    if (const auto objects = cache_->unreclaimed()) timeline_.push_back({ms_since_start(), *objects});
  }

  void see_who_is_in_the_way() {
    std::optional<stalled_reader> now;
    if (const std::optional<stall> who = cache_->longest_stall()) {
      now = stalled_reader{who->thread_name, std::chrono::duration<double, std::milli>(who->at_least).count(), who->holds_at_most.objects};
      if (!in_the_way_ || in_the_way_->ms < now->ms) in_the_way_ = now;
    }
    progress_.set_stalled(now);
  }

  // The reader that stalls: protects one block for the whole time, then lets the pass under way be the last.
  void stall_reader() {
    sync::register_thread();
    pthread_setname_np(pthread_self(), "stalled reader");
    std::this_thread::sleep_for(before_stall);
    const auto& operations = options_.input->operations;
    finding found = finding::miss;
    for (std::size_t i = 0; found == finding::miss; i = (i + 1) % operations.size()) {
      found = cache_->hold(operations[i].key(), [this] {
        stall_begin_ms_ = ms_since_start();
        std::this_thread::sleep_for(options_.stall);
        stall_end_ms_ = ms_since_start();
      });
    }
    if (found == finding::corrupt) ++stall_mismatches_;
    std::this_thread::sleep_for(tail());
    cursor_.close();
  }

  std::chrono::milliseconds tail() const { return after_stall + options_.stall / 10; }

  run_result judge(const tally& total) {
    run_result r;
    const std::uint64_t shared_out = cursor_.taken();
    const std::uint64_t answered = total.reads() + total.writes;
    r.mops = static_cast<double>(answered) / (total.end_ms - total.begin_ms) / 1e3;
    r.read_p50_ns = total.read_latency.at(0.5);
    r.read_p99_ns = total.read_latency.at(0.99);
    r.read_p999_ns = total.read_latency.at(0.999);
    r.hit_rate = total.reads() == 0 ? 0 : static_cast<double>(total.hits) / static_cast<double>(total.reads());
    r.checksum_mismatches = total.corrupt + stall_mismatches_;
    r.lost = std::max(shared_out, answered) - std::min(shared_out, answered) + cache_->audit();
    if (const std::optional<reclamation> ends = cache_->settle(options_.threads + others)) {
      r.retired = ends->retired;
      r.reclaimed = ends->reclaimed;
      r.bound_objects = ends->bound;
      r.peak_unreclaimed_objects = 0;
      for (const sample& s : timeline_) r.peak_unreclaimed_objects = std::max<std::uint64_t>(*r.peak_unreclaimed_objects, s.objects);
      r.bytes_an_object = Cache::bytes_an_object();
      r.peak_unreclaimed_bytes = *r.peak_unreclaimed_objects * r.bytes_an_object;
    }
    cache_.reset();  // the domain ends: from here on no block may live
    r.unended = static_cast<std::int64_t>(ledger_.births() - ledger_.ends());
    r.timeline = std::move(timeline_);
    r.stall_begin_ms = stall_begin_ms_;
    r.stall_end_ms = stall_end_ms_;
    r.in_the_way = in_the_way_;
    return r;
  }

  const run_options options_;
  run_progress& progress_;
  ledger ledger_;
  std::optional<Cache> cache_;
  trace_cursor cursor_;
  std::barrier<> start_line_;
  const clock::time_point begin_ = clock::now();
  sync::atomic<bool> is_over_{false};

  std::vector<sample> timeline_;  // the sampler's until it is joined, then result()'s; as what follows
  std::optional<stalled_reader> in_the_way_;
  double stall_begin_ms_ = 0;     // the staller's until it is joined, as what follows
  double stall_end_ms_ = 0;
  std::uint64_t stall_mismatches_ = 0;
};

}  // namespace reclaim::bench

#endif  // RECLAIM_BENCH_SUPPORT_RUN_H
