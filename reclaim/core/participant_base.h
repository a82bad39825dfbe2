// What one thread keeps in one domain, whatever the scheme: its lists, and when to look at them and how fast to end them.

#ifndef RECLAIM_CORE_PARTICIPANT_BASE_H
#define RECLAIM_CORE_PARTICIPANT_BASE_H

#include <algorithm>
#include <cstddef>
#include <cstdint>

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
  std::size_t ends_a_retire = 1;        // how much a retire ends for each unit that it weighs itself
  std::uint64_t collected_at = 0;       // in ticks
  std::size_t index = sync::no_thread;  // of the thread, while it has joined
  bool is_ending = false;               // own thread only: a deleter runs below this frame
  std::size_t guards = 0;               // own thread only, where checks are enabled: guards that live
  owned_counter retired_count, reclaimed_count, collect_count, heavy_failure_count;

  // After a collect that began at tick `began`: decides when the next one is due, later where collects take a large share
  // of the time, and how fast to go for what is waiting now to have ended by then.
  void schedule(const domain_options& options, std::uint64_t began) noexcept {
    constexpr std::uint64_t one_part_in = 50;
    const std::uint64_t ended = sync::ticks();
    const bool is_dear = (ended - began) * one_part_in > began - collected_at;
    collected_at = ended;
    const std::size_t interval = is_dear ? options.most_per_collect() : options.objects_per_collect;
    collect_at = open.weight() + interval;
    const std::size_t times = expired.weight() / interval + (expired.weight() % interval != 0 ? 1 : 0);
    ends_a_retire = std::clamp(times, options.reclaims_per_retire, options.most_reclaims_per_retire);
  }

  // Lets *r wait for the next collect, which that does not bring nearer.
  [[gnu::noinline]] void put_back(retired* r) noexcept {
    open.push(r);
    collect_at += weight_of_retired(r);
  }
};

}  // namespace reclaim

#endif  // RECLAIM_CORE_PARTICIPANT_BASE_H
