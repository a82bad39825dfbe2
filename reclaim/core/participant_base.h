// What one thread keeps in one domain, whatever the scheme: its lists, and when to look at them and how fast to end them.

#ifndef RECLAIM_CORE_PARTICIPANT_BASE_H
#define RECLAIM_CORE_PARTICIPANT_BASE_H

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <utility>

#include "reclaim/core/counters.h"
#include "reclaim/core/domain_options.h"
#include "reclaim/core/owner_lock.h"
#include "reclaim/core/retired.h"
#include "reclaim/sync/sync.h"

namespace reclaim {

// A scheme's participant derives from it.
struct participant_base {
  owner_lock lock;                      // guards the lists, and what belongs to them
  retired_list open;                    // retired, not yet looked at by a collect
  retired_list expired;                 // no guard can reach these, but for what the scheme says is_held()
  std::size_t collect_at = 0;           // what `open` weighs at the next collect
  bool looks_again_soon = false;        // the scheme's collect was held up by a guard that may soon end
  std::size_t ends_a_retire = 1;        // how much a retire ends for each unit that it weighs itself
  std::size_t kept = 0;                 // what `open` weighed after the last one
  std::size_t interval = 0;             // what is to be retired between two
  std::chrono::nanoseconds collected_at{0};
  bool looked_again = false;            // after the last collect but one
  bool was_slow = false;                // in the last interval
  std::size_t index = sync::no_thread;  // of the thread, while it has joined
  bool is_ending = false;               // own thread only: a deleter runs below this frame
  std::size_t guards = 0;               // own thread only, where checks are enabled: guards that live
  owned_counter retired_count, reclaimed_count, collect_count, heavy_failure_count;
  owned_counter advance_count, passed_count, held_up_count;  // of schemes with epochs

  // With nothing retired yet: the next collect is due when `open` weighs `at`.
  void start_over(const domain_options& options, std::size_t at) noexcept {
    collect_at = at;
    kept = 0;
    interval = options.objects_per_collect;
    ends_a_retire = options.reclaims_per_retire;
  }

  // After a collect that began at `began`, when what was retired since the last one weighed `weight`: decides when the
  // next one is due, later where they come fast or are dear, sooner where this one or the last was held up; and how fast to
  // end what is waiting now: one for one while it is less than two of the longest intervals retire.  Allocators give back
  // last what they got first, so that to end two for one leaves the objects that are allocated next apart in memory.
  void schedule(const domain_options& options, std::chrono::nanoseconds began, std::size_t weight) noexcept {
    const bool soon = std::exchange(looked_again, looks_again_soon) || looks_again_soon;
    interval = soon ? options.objects_per_collect : next_interval(options, began, weight);
    const std::size_t rest = soon ? options.objects_per_look() : interval;
    collected_at = sync::now();
    kept = open.weight();
    collect_at = kept + rest;
    const std::size_t times = 1 + expired.weight() / options.most_per_collect() / 2;
    ends_a_retire = std::clamp(times, options.reclaims_per_retire, options.most_reclaims_per_retire);
  }

  // Twice as much, if the thread retires so fast; half as much, if it was slow twice, for once it may have slept; else the
  // same again: what one interval finds expired ends in the course of the next, one object for each that is retired.
  std::size_t next_interval(const domain_options& options, std::chrono::nanoseconds began, std::size_t weight) noexcept {
    constexpr int one_part_in = 50;  // of the time, no more, should go into collects
    if (began <= collected_at) return interval;  // the clock stands still
    const auto took = sync::now() - began;
    const auto wanted = static_cast<double>(std::max(options.collect_period, one_part_in * took).count());
    const auto passed = static_cast<double>((began - collected_at).count());
    const double ideal = static_cast<double>(weight) * wanted / passed;
    const auto last = static_cast<double>(interval);
    const bool is_slow = ideal < 0.4 * last;
    const bool halves = is_slow && was_slow;
    was_slow = is_slow;
    const std::size_t next = ideal > last ? 2 * interval : halves ? interval / 2 : interval;
    return std::clamp(next, options.objects_per_collect, options.most_per_collect());
  }

  // Lets *r wait for the next collect, which that does not bring nearer.
  [[gnu::noinline]] void put_back(retired* r) noexcept {
    open.push(r);
    kept += weight_of_retired(r);
    collect_at += weight_of_retired(r);
  }
};

}  // namespace reclaim

#endif  // RECLAIM_CORE_PARTICIPANT_BASE_H
