// How many elements a hash_map has, counted where threads rarely meet.

#ifndef RECLAIM_STRUCTURES_HASH_MAP_ELEMENT_COUNT_H
#define RECLAIM_STRUCTURES_HASH_MAP_ELEMENT_COUNT_H

#include <cstddef>
#include <cstdint>

#include "reclaim/sync/sync.h"

namespace reclaim::map_parts {

// A sum over stripes.  One stripe may be negative: who erases need not be who inserted.
class element_count {
 public:
  // relaxed, here and below: a count orders nothing.
  void add(std::int64_t n) noexcept { own_stripe().fetch_add(n, relaxed); }

  // Exact at rest.  Wait-free, O(stripes).
  std::size_t sum() const noexcept {
    std::int64_t total = 0;
    for (const auto& stripe : stripes_) total += stripe.value.load(relaxed);
    return total > 0 ? static_cast<std::size_t>(total) : 0;
  }

  // Returns true once in `insertions_per_look` insertions of this stripe, roughly.
  bool is_time_to_look() const noexcept { return own_stripe().load(relaxed) % insertions_per_look == 0; }

 private:
  static constexpr std::size_t stripes = 8;  // a power of two
  static constexpr std::int64_t insertions_per_look = 16;

  // A thread without an index shares the last stripe.
  sync::atomic<std::int64_t>& own_stripe() const noexcept { return stripes_[sync::thread_index() % stripes].value; }

  mutable sync::padded<sync::atomic<std::int64_t>> stripes_[stripes];
};

}  // namespace reclaim::map_parts

#endif  // RECLAIM_STRUCTURES_HASH_MAP_ELEMENT_COUNT_H
