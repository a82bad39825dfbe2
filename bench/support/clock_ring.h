// CLOCK eviction for many threads.  F. Corbató, "A paging experiment with the Multics system", MIT MAC-M-384, 1968.
//
// A ring of slots, each vacant, busy (one thread is exchanging its block) or naming the key of a resident block.  The
// hand passes over slots that were touched since it came by last, and takes the first that was not.  A block is
// inserted only by the thread that made a slot busy for it, and removed only by a thread that makes its slot busy: so
// there are never more blocks than slots, and no two threads remove the same block.

#ifndef RECLAIM_BENCH_SUPPORT_CLOCK_RING_H
#define RECLAIM_BENCH_SUPPORT_CLOCK_RING_H

#include <cstddef>
#include <cstdint>
#include <memory>

#include "reclaim/sync/sync.h"

namespace reclaim::bench {

class clock_ring {
 public:
  // What a slot says that names no key.
  static constexpr std::uint64_t vacant = ~std::uint64_t{0};

  // A slot that the caller made busy, and the key whose block it must remove first (vacant: none).
  struct claim {
    std::uint32_t slot;
    std::uint64_t victim;
  };

  // Precondition: 0 < slots < 2^32.
  explicit clock_ring(std::size_t slots) : size_(slots), slots_(new place[slots]) {}

  // Makes a slot busy.  Blocking: waits while other threads keep every slot busy.
  claim claim_slot() noexcept {
    sync::backoff backoff;
    for (std::size_t steps = 1;; ++steps) {
      const auto i = static_cast<std::uint32_t>(hand_.fetch_add(1, relaxed) % size_);
      std::uint64_t key = slots_[i].key.load(relaxed);
      if (key != busy && !is_spared(i, key)) {
        // acquire: pairs with publish(), whose caller has inserted the block that ours will remove.
        if (slots_[i].key.compare_exchange_strong(key, busy, acquire, relaxed)) return {i, key};
      }
      if (steps % size_ == 0) backoff.pause();
    }
  }

  // Names `key` as the resident of a busy slot.  Precondition: the caller claimed the slot and inserted the block.
  void publish(std::uint32_t slot, std::uint64_t key) noexcept {
    slots_[slot].referenced.store(false, relaxed);
    slots_[slot].key.store(key, release);  // pairs with claim_slot()
  }

  // Gives a busy slot back.  Precondition: the caller claimed it, and its block is gone.
  void vacate(std::uint32_t slot) noexcept { slots_[slot].key.store(vacant, release); }

  // Notes that the block of a slot was used.  The hand may have passed the slot on: that costs one wrong guess.
  void touch(std::uint32_t slot) noexcept {
    auto& referenced = slots_[slot].referenced;
    if (!referenced.load(relaxed)) referenced.store(true, relaxed);  // asks first: a store takes the line from all readers
  }

  // Calls f(slot, key) for each resident.  Exact only while no thread claims.
  template <class F>
  void for_each_resident(F f) const {
    for (std::uint32_t i = 0; i != size_; ++i) {
      const std::uint64_t key = slots_[i].key.load(acquire);
      if (key != vacant && key != busy) f(i, key);
    }
  }

 private:
  static constexpr std::uint64_t busy = vacant - 1;

  struct place {
    sync::atomic<std::uint64_t> key{vacant};
    sync::atomic<bool> referenced{false};
  };

  // Takes the mark of a slot that was touched.  Returns whether there was one.
  bool is_spared(std::uint32_t i, std::uint64_t key) noexcept {
    if (key == vacant || !slots_[i].referenced.load(relaxed)) return false;
    slots_[i].referenced.store(false, relaxed);
    return true;
  }

  const std::size_t size_;
  const std::unique_ptr<place[]> slots_;
  alignas(sync::cache_line) sync::atomic<std::size_t> hand_{0};
};

}  // namespace reclaim::bench

#endif  // RECLAIM_BENCH_SUPPORT_CLOCK_RING_H
