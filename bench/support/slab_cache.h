// The block cache with its blocks in a slab: the map leads to their keys.
//
//   read     find the key in the map, get the block; if it has just gone, look again.  A miss as in block_cache
//   write    puts a new block into the slab and its key in the old one's place, and removes the old block
//
// A block is in the slab exactly while the map leads to it, but for moments of whoever is about it: audit() looks for others.

#ifndef RECLAIM_BENCH_SUPPORT_SLAB_CACHE_H
#define RECLAIM_BENCH_SUPPORT_SLAB_CACHE_H

#include <cstddef>
#include <cstdint>
#include <optional>

#include "bench/support/block.h"
#include "bench/support/block_cache.h"
#include "bench/support/clock_ring.h"
#include "bench/support/finding.h"
#include "bench/support/ledger.h"
#include "reclaim/core/domain_stats.h"
#include "reclaim/sync/sync.h"
#include "structures/hash_map.h"
#include "structures/sharded_slab.h"

namespace reclaim::bench {

template <class Domain>
class slab_cache {
  using slab = sharded_slab<block, Domain>;
  using key_of_block = typename slab::key;
  using map = hash_map<std::uint64_t, key_of_block, Domain, block_hash>;

 public:
  slab_cache(std::size_t capacity, ledger& blocks)
      : ledger_(blocks), ring_(capacity), blocks_(domain_), keys_(domain_, {.initial_buckets = capacity}) {}

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

  // Blocks, and elements of the map, that were retired and have not ended.  Any thread.
  std::optional<std::size_t> unreclaimed() const noexcept { return domain_.pending(); }

  // Who has been in the way of reclamation for longest.  Any thread.
  std::optional<stall> longest_stall() { return longest_stall_of(domain_); }

  // Bytes that one of them keeps, on the average: of each block there wait its place and its element.
  static constexpr std::size_t bytes_an_object() noexcept { return (slab::bytes_an_entry + map::bytes_an_element) / 2; }

  // Ends what can be ended.  `participants`: how many threads used the cache at once.  Precondition: all of them have been
  // joined, as for all below.
  std::optional<reclamation> settle(std::size_t participants) noexcept {
    domain_.drain();
    const domain_stats sums = domain_.stats();
    return reclamation{sums.retired, sums.reclaimed, bound_of(domain_, participants)};
  }

  // Returns how many blocks are in the ring, the map or the slab and not in all three, plus those that vanished before their
  // eviction.
  std::uint64_t audit() {
    std::uint64_t in_ring = 0;
    std::uint64_t in_all = 0;
    ring_.for_each_resident([&](std::uint32_t slot, std::uint64_t key) {
      ++in_ring;
      keys_.visit(key, [&](key_of_block k) {
        blocks_.visit(k, [&](const block& b) { in_all += b.slot() == slot && b.is_intact(key) ? 1 : 0; });
      });
    });
    return (in_ring - in_all) + (keys_.size() - in_all) + (blocks_.size() - in_all) + vanished_.load(relaxed);
  }

 private:
  template <class Wait>
  finding look_up(std::uint64_t key, Wait wait) {
    auto guard = domain_.enter();
    auto of_map = guard.shield();
    auto of_slab = guard.shield();
    while (const key_of_block* const k = keys_.find(key, of_map)) {
      const block* const b = blocks_.get(*k, of_slab);
      if (b == nullptr) continue;  // replaced or evicted since
      const std::uint64_t version = b->version();
      wait();
      if (!b->is_intact(key) || b->version() != version) return finding::corrupt;
      ring_.touch(b->slot());
      return finding::hit;
    }
    return finding::miss;
  }

  // Publishes a new version in place of the old one, if there is one.
  bool replace(std::uint64_t key, std::uint64_t version) {
    key_of_block before, after;
    const bool is_done = keys_.update(key, [&](key_of_block found) {
      blocks_.remove(after);  // of a call before this one
      before = found;
      // If the block has gone another thread has replaced it, and this is called again.
      std::uint32_t slot = 0;
      blocks_.visit(found, [&](const block& old) { slot = old.slot(); });
      ring_.touch(slot);
      return after = blocks_.emplace(key, version, slot, ledger_).value();
    });
    blocks_.remove(is_done ? before : after);
    return is_done;
  }

  // Inserts the block, in place of another if the cache is full.  Returns false if another thread has just done so.
  bool fill(std::uint64_t key, std::uint64_t version) {
    const clock_ring::claim place = ring_.claim_slot();
    if (place.victim != clock_ring::vacant && !evict(place.victim)) vanished_.fetch_add(1, relaxed);
    const key_of_block made = blocks_.emplace(key, version, place.slot, ledger_).value();
    const bool is_new = keys_.emplace(key, made);
    if (is_new) {
      ring_.publish(place.slot, key);
    } else {
      ring_.vacate(place.slot);
      blocks_.remove(made);
    }
    return is_new;
  }

  bool evict(std::uint64_t key) {
    key_of_block gone;
    return keys_.erase_if(key, [&](std::uint64_t, key_of_block found) {
      gone = found;  // the last call's counts
      return true;
    }) && blocks_.remove(gone);
  }

  ledger& ledger_;
  Domain domain_;
  clock_ring ring_;
  slab blocks_;
  map keys_;
  sync::atomic<std::uint64_t> vanished_{0};
};

}  // namespace reclaim::bench

#endif  // RECLAIM_BENCH_SUPPORT_SLAB_CACHE_H
