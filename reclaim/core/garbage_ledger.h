// What waits in a domain, as its participants have told, and how much more they may retire.

#ifndef RECLAIM_CORE_GARBAGE_LEDGER_H
#define RECLAIM_CORE_GARBAGE_LEDGER_H

#include <algorithm>
#include <cstddef>

#include "reclaim/core/garbage.h"
#include "reclaim/core/retired.h"
#include "reclaim/sync/sync.h"

namespace reclaim {

// What one participant has told, and was granted.
struct ledger_entry {
  garbage told;             // modulo 2^64: who ends what others retired has told less than nothing
  std::size_t granted = 0;  // weight that it may retire before it asks again
};

// One line that a participant writes when it collects.  No decision about an object's end rests on it.
class garbage_ledger {
 public:
  // Adds what a participant's garbage has grown by since that was last told; `now`: what it has retired, less what it has
  // reclaimed.  Returns what waits in all.  Wait-free but for the peak, which is lock-free; who has the entry.
  garbage tell(ledger_entry& entry, const garbage& now) noexcept {
    const garbage waits{add(objects_, now.objects - entry.told.objects), add(bytes_, now.bytes - entry.told.bytes)};
    entry.told = now;
    raise(waits);
    return waits;
  }

  // Notes that so much was waiting at one moment.
  void raise(const garbage& waits) noexcept {
    raise(peak_objects_, waits.objects);
    raise(peak_bytes_, waits.bytes);
  }
  garbage peak() const noexcept { return {peak_objects_.load(relaxed), peak_bytes_.load(relaxed)}; }

  // What waits, as all have told.
  garbage waits() const noexcept { return {ahead(objects_.load(relaxed), 0), ahead(bytes_.load(relaxed), 0)}; }

  // Grants a participant one in `shares` of the room that `limit` leaves, in place of what it had, and returns it: while
  // nobody retires more than it was granted, and one object, all of them together stay within the limit.  Wait-free.
  std::size_t grant(ledger_entry& entry, const garbage& waits, const garbage_limit& limit, std::size_t shares) noexcept {
    if (!limit.is_set()) return entry.granted = garbage_limit::none;
    const std::size_t bytes_left = left(limit.bytes, waits.bytes);
    const std::size_t room = std::min(left(limit.objects, waits.objects), bytes_left / footprint::bytes_a_weight);
    const std::size_t granted_to_others = granted_.load(relaxed) - entry.granted;
    const std::size_t share = left(room, granted_to_others) / shares;
    granted_.fetch_add(share - entry.granted, relaxed);
    entry.granted = share;
    return share;
  }
  void give_back(ledger_entry& entry) noexcept {
    if (entry.granted != garbage_limit::none) granted_.fetch_sub(entry.granted, relaxed);
    entry.granted = 0;
  }

 private:
  using count = sync::unmodelled_atomic<std::size_t>;

  static std::size_t left(std::size_t of, std::size_t taken) noexcept { return of - std::min(of, taken); }

  // Others may have told of an object's end before it was told that it was retired.
  static std::size_t add(count& sum, std::size_t difference) noexcept {
    return ahead(sum.fetch_add(difference, relaxed) + difference, 0);
  }

  static void raise(count& peak, std::size_t seen) noexcept {
    std::size_t known = peak.load(relaxed);
    while (seen > known && !peak.compare_exchange_weak(known, seen, relaxed, relaxed)) {
    }
  }

  count objects_{0}, bytes_{0};
  count granted_{0};
  count peak_objects_{0}, peak_bytes_{0};
};

}  // namespace reclaim

#endif  // RECLAIM_CORE_GARBAGE_LEDGER_H
