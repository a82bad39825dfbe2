// The rival with a lock for each element: oneTBB's concurrent_hash_map.
//
// At its best: buckets reserved, readers hold their element shared, versions are written in place.

#ifndef RECLAIM_BENCH_SUPPORT_TBB_CACHE_H
#define RECLAIM_BENCH_SUPPORT_TBB_CACHE_H

#include <tbb/concurrent_hash_map.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <tuple>
#include <utility>

#include "bench/support/block.h"
#include "bench/support/clock_ring.h"
#include "bench/support/finding.h"
#include "bench/support/ledger.h"
#include "reclaim/sync/sync.h"

namespace reclaim::bench {

class tbb_cache {
 public:
  tbb_cache(std::size_t capacity, ledger& blocks) : ledger_(blocks), ring_(capacity), map_(capacity) {}

  finding read(std::uint64_t key, std::uint64_t version) {
    if (const finding found = look_up(key, [] {}); found != finding::miss) return found;
    fill(key, version);
    return finding::miss;
  }

  void write(std::uint64_t key, std::uint64_t version) {
    while (!replace(key, version) && !fill(key, version)) {
    }
  }

  // Holds the element's lock, shared, while wait() runs.
  template <class Wait>
  finding hold(std::uint64_t key, Wait wait) {
    return look_up(key, wait);
  }

  static std::optional<std::size_t> unreclaimed() noexcept { return std::nullopt; }
  static std::optional<stall> longest_stall() noexcept { return std::nullopt; }
  static constexpr std::size_t bytes_an_object() noexcept { return 0; }
  static std::optional<reclamation> settle(std::size_t) noexcept { return std::nullopt; }

  std::uint64_t audit() const {
    std::uint64_t in_ring = 0;
    std::uint64_t in_both = 0;
    ring_.for_each_resident([&](std::uint32_t slot, std::uint64_t key) {
      map::const_accessor found;
      ++in_ring;
      if (map_.find(found, key) && found->second.slot() == slot && found->second.is_intact(key)) ++in_both;
    });
    return (in_ring - in_both) + (map_.size() - in_both) + vanished_.load(relaxed);
  }

 private:
  // std::allocator: all contenders allocate alike, and a race detector sees how memory goes from thread to thread.
  using map = tbb::concurrent_hash_map<std::uint64_t, block, tbb::tbb_hash_compare<std::uint64_t>,
                                       std::allocator<std::pair<const std::uint64_t, block>>>;

  template <class Wait>
  finding look_up(std::uint64_t key, Wait wait) {
    map::const_accessor found;
    if (!map_.find(found, key)) return finding::miss;
    wait();
    if (!found->second.is_intact(key)) return finding::corrupt;
    ring_.touch(found->second.slot());
    return finding::hit;
  }

  bool replace(std::uint64_t key, std::uint64_t version) {
    map::accessor found;
    if (!map_.find(found, key)) return false;
    found->second.rewrite(version);
    ring_.touch(found->second.slot());
    return true;
  }

  bool fill(std::uint64_t key, std::uint64_t version) {
    const clock_ring::claim place = ring_.claim_slot();
    if (place.victim != clock_ring::vacant && !map_.erase(place.victim)) vanished_.fetch_add(1, relaxed);
    const bool is_new = map_.emplace(std::piecewise_construct, std::forward_as_tuple(key),
                                     std::forward_as_tuple(key, version, place.slot, ledger_));
    if (is_new) {
      ring_.publish(place.slot, key);
    } else {
      ring_.vacate(place.slot);
    }
    return is_new;
  }

  ledger& ledger_;
  clock_ring ring_;
  map map_;
  sync::atomic<std::uint64_t> vanished_{0};
};

}  // namespace reclaim::bench

#endif  // RECLAIM_BENCH_SUPPORT_TBB_CACHE_H
