// What one thread keeps in one domain, whatever the scheme: its lists, and when to look at them and how fast to end them.

#ifndef RECLAIM_CORE_PARTICIPANT_BASE_H
#define RECLAIM_CORE_PARTICIPANT_BASE_H

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <limits>
#include <utility>

#include "reclaim/core/domain_options.h"
#include "reclaim/core/garbage_ledger.h"
#include "reclaim/core/owned_counter.h"
#include "reclaim/core/owner_lock.h"
#include "reclaim/core/retired.h"
#include "reclaim/core/stall_watch.h"
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
  bool adopts = true;                   // the collect that runs may take over what others left
  bool keeps = false;                   // visitors leave the lists: the thread is in a barrier()
  bool is_pressed = false;              // at the last collect garbage was over the soft limit
  bool relieves_in_vain = false;        // own thread only: it was over the hard one, and nothing could be ended
  sync::atomic<bool> is_ending{false};  // a deleter runs below a frame of the thread, which alone writes it
  std::size_t guards = 0;               // own thread only, where checks are enabled: guards that live
  ledger_entry ledger;                  // what the domain's ledger knows of the thread
  owned_counter retired_count, retired_bytes, reclaimed_count, reclaimed_bytes;
  owned_counter collect_count, heavy_fence_count, heavy_failure_count;
  owned_counter advance_count, passed_count, held_up_count;  // of schemes with epochs
  owned_counter deleter_ns;                                  // estimated from some that were timed
  std::size_t timed_at = 0;                                  // own thread only: what reclaimed_count was at the last one
  mutable stall_watch watch;                                 // written by whoever finds the thread in the way
  thread_identity identity;

  // The collect's fence.  Returns false if the kernel refused it: then nothing is ordered, and nothing may end.
  bool heavy_fence() noexcept {                   // edge of the scheme that collects
    const bool is_granted = sync::heavy_fence();  // edge of the same
    (is_granted ? heavy_fence_count : heavy_failure_count).add(1);
    return is_granted;
  }

  // What the thread has retired, less what it has reclaimed, modulo 2^64.
  garbage balance() const noexcept {
    return {retired_count.get() - reclaimed_count.get(), retired_bytes.get() - reclaimed_bytes.get()};
  }

  static constexpr std::size_t never = std::numeric_limits<std::size_t>::max() / 2;

  // With nothing retired yet: the next collect is due when `open` weighs `at`.
  void start_over(const domain_options& options, std::size_t at) noexcept {
    collect_at = options.reclaims_in_retire ? at : never;
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
    collect_at = options.reclaims_in_retire ? kept + rest : never;
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
