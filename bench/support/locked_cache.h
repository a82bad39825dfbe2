// The rival everyone has: std::unordered_map behind a std::shared_mutex.
//
// At its best: buckets reserved, blocks filled before the lock is taken where a write needs it, victims' nodes used
// again for the blocks that replace them, versions written in place.

#ifndef RECLAIM_BENCH_SUPPORT_LOCKED_CACHE_H
#define RECLAIM_BENCH_SUPPORT_LOCKED_CACHE_H

#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <unordered_map>
#include <utility>

#include "bench/support/block.h"
#include "bench/support/clock_ring.h"
#include "bench/support/finding.h"
#include "bench/support/ledger.h"

namespace reclaim::bench {

class locked_cache {
 public:
  locked_cache(std::size_t capacity, ledger& blocks) : ledger_(blocks), ring_(capacity) { map_.reserve(capacity); }

  finding read(std::uint64_t key, std::uint64_t version) {
    if (const finding found = look_up(key, [] {}); found != finding::miss) return found;
    const std::unique_lock lock(mutex_);
    if (!map_.contains(key)) fill(key, version);
    return finding::miss;
  }

  void write(std::uint64_t key, std::uint64_t version) {
    const std::unique_lock lock(mutex_);
    const auto found = map_.find(key);
    if (found == map_.end()) return fill(key, version);
    found->second.rewrite(version);
    ring_.touch(found->second.slot());
  }

  // Holds the lock, shared, while wait() runs.
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
      const auto found = map_.find(key);
      ++in_ring;
      if (found != map_.end() && found->second.slot() == slot && found->second.is_intact(key)) ++in_both;
    });
    return (in_ring - in_both) + (map_.size() - in_both) + vanished_;
  }

 private:
  template <class Wait>
  finding look_up(std::uint64_t key, Wait wait) {
    const std::shared_lock lock(mutex_);
    const auto found = map_.find(key);
    if (found == map_.end()) return finding::miss;
    wait();
    if (!found->second.is_intact(key)) return finding::corrupt;
    ring_.touch(found->second.slot());
    return finding::hit;
  }

  // Precondition: the lock is held, and the block is absent.
  void fill(std::uint64_t key, std::uint64_t version) {
    const clock_ring::claim place = ring_.claim_slot();
    if (place.victim == clock_ring::vacant) {
      map_.try_emplace(key, key, version, place.slot, ledger_);
    } else if (auto node = map_.extract(place.victim); !node.empty()) {
      node.key() = key;
      node.mapped().become(key, version);
      map_.insert(std::move(node));
    } else {
      ++vanished_;
    }
    ring_.publish(place.slot, key);
  }

  ledger& ledger_;
  clock_ring ring_;
  std::shared_mutex mutex_;
  std::unordered_map<std::uint64_t, block> map_;
  std::uint64_t vanished_ = 0;  // under the lock
};

}  // namespace reclaim::bench

#endif  // RECLAIM_BENCH_SUPPORT_LOCKED_CACHE_H
