// The block cache over a domain: readers verify a block while they protect it, and every block ends through retire().
//
//   read     find, verify under the shield; a miss makes a slot of the clock ring busy, removes that slot's block from
//            the map, inserts the new one and publishes its key in the ring
//   write    puts a new block in the old one's place, which the map retires; absent: as a read's miss
//
// A key is in the ring exactly while its block is in the map, but for the moments in which its slot is busy: what audit()
// finds otherwise was lost.

#ifndef RECLAIM_BENCH_SUPPORT_BLOCK_CACHE_H
#define RECLAIM_BENCH_SUPPORT_BLOCK_CACHE_H

#include <cstddef>
#include <cstdint>
#include <optional>

#include "bench/support/block.h"
#include "bench/support/clock_ring.h"
#include "bench/support/finding.h"
#include "bench/support/ledger.h"
#include "reclaim/core/domain_stats.h"
#include "reclaim/sync/sync.h"
#include "structures/hash_map.h"

namespace reclaim::bench {

// Block numbers of neighbours differ in few bits.
struct block_hash {
  std::size_t operator()(std::uint64_t key) const noexcept { return static_cast<std::size_t>(mix(key)); }
};

template <class Domain, class Map = hash_map<std::uint64_t, block, Domain, block_hash>>
class block_cache {
 public:
  block_cache(std::size_t capacity, ledger& blocks) : ledger_(blocks), ring_(capacity), map_(domain_, {.initial_buckets = capacity}) {}

  // Reads block `key`; `version` is what a miss fills it with.
  finding read(std::uint64_t key, std::uint64_t version) {
    if (const finding found = look_up(key, [] {}); found != finding::miss) return found;
    fill(key, version);
    return finding::miss;
  }

  void write(std::uint64_t key, std::uint64_t version) {
    while (!replace(key, version) && !fill(key, version)) {
    }
  }

  // Protects block `key` while wait() runs, then verifies it once more.
  template <class Wait>
  finding hold(std::uint64_t key, Wait wait) {
    return look_up(key, wait);
  }

  // Blocks that were retired and have not ended.  Any thread.
  std::optional<std::size_t> unreclaimed() const noexcept { return domain_.pending(); }

  // Who has been in the way of reclamation for longest.  Any thread.
  std::optional<stall> longest_stall() { return longest_stall_of(domain_); }

  // Bytes that one of them keeps, with its node.
  static constexpr std::size_t bytes_an_object() noexcept { return Map::bytes_an_element; }

  // Ends what can be ended.  `participants`: how many threads used the cache at once.  Precondition: all of them have been
  // joined, as for all below.
  std::optional<reclamation> settle(std::size_t participants) noexcept {
    domain_.drain();
    const domain_stats sums = domain_.stats();
    return reclamation{sums.retired, sums.reclaimed, bound_of(domain_, participants)};
  }

  // Returns how many blocks are in the ring or the map and not in both, plus those that vanished before their eviction.
  std::uint64_t audit() {
    std::uint64_t in_ring = 0;
    std::uint64_t in_both = 0;
    auto guard = domain_.enter();
    auto shield = guard.shield();
    ring_.for_each_resident([&](std::uint32_t slot, std::uint64_t key) {
      const block* const b = map_.find(key, shield);
      ++in_ring;
      if (b != nullptr && b->slot() == slot && b->is_intact(key)) ++in_both;
    });
    return (in_ring - in_both) + (map_.size() - in_both) + vanished_.load(relaxed);
  }

 private:
  template <class Wait>
  finding look_up(std::uint64_t key, Wait wait) {
    auto guard = domain_.enter();
    auto shield = guard.shield();
    const block* const b = map_.find(key, shield);
    if (b == nullptr) return finding::miss;
    const std::uint64_t version = b->version();
    wait();
    if (!b->is_intact(key) || b->version() != version) return finding::corrupt;
    ring_.touch(b->slot());
    return finding::hit;
  }

  // Publishes a new version in place of the old one, if there is one.
  bool replace(std::uint64_t key, std::uint64_t version) {
    return map_.update(key, [&](const block& old) {
      ring_.touch(old.slot());
      return block(key, version, old.slot(), ledger_);
    });
  }

  // Inserts the block, in place of another if the cache is full.  Returns false if another thread has just done so.
  bool fill(std::uint64_t key, std::uint64_t version) {
    const clock_ring::claim place = ring_.claim_slot();
    if (place.victim != clock_ring::vacant && !map_.erase(place.victim)) vanished_.fetch_add(1, relaxed);
    const bool is_new = map_.emplace(key, key, version, place.slot, ledger_);
    if (is_new) {
      ring_.publish(place.slot, key);
    } else {
      ring_.vacate(place.slot);
    }
    return is_new;
  }

  ledger& ledger_;
  Domain domain_;
  clock_ring ring_;
  Map map_;
  sync::atomic<std::uint64_t> vanished_{0};
};

}  // namespace reclaim::bench

#endif  // RECLAIM_BENCH_SUPPORT_BLOCK_CACHE_H
