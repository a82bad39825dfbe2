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
  void add(std::int64_t n) noexcept {
    const std::size_t index = sync::thread_index();
    stripe& here = stripe_of(index);
    if (index < stripes) [[likely]] {
      here.own.store(here.own.load(relaxed) + n, relaxed);  // own word: no living thread has the same index
    } else {
      here.shared.fetch_add(n, relaxed);
    }
  }

  // Exact at rest.  Wait-free, O(stripes).
  std::size_t sum() const noexcept {
    std::int64_t total = 0;
    for (const stripe& s : stripes_) total += s.own.load(relaxed) + s.shared.load(relaxed);
    return total > 0 ? static_cast<std::size_t>(total) : 0;
  }

  // Returns true once in `insertions_per_look` insertions of the calling thread, roughly.
  bool is_time_to_look() const noexcept {
    const std::size_t index = sync::thread_index();
    const stripe& here = stripe_of(index);
    return (index < stripes ? here.own : here.shared).load(relaxed) % insertions_per_look == 0;
  }

 private:
  static constexpr std::size_t stripes = 8;  // a power of two
  static constexpr std::int64_t insertions_per_look = 64;

  struct alignas(sync::cache_line) stripe {
    sync::atomic<std::int64_t> own{0};     // written by the one thread whose index is the stripe's
    sync::atomic<std::int64_t> shared{0};  // by all others that come to this stripe
  };

  stripe& stripe_of(std::size_t index) noexcept { return stripes_[index % stripes]; }
  const stripe& stripe_of(std::size_t index) const noexcept { return stripes_[index % stripes]; }

  stripe stripes_[stripes];
};

}  // namespace reclaim::map_parts

#endif  // RECLAIM_STRUCTURES_HASH_MAP_ELEMENT_COUNT_H
