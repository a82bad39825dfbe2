// The hazard pointers of one thread: one writer, many readers, as many as it needs.
//
// Synchronization edges (proofs: docs/memory_model.md#hazard_slots)
//   slot-block   more() release --> for_each() acquire    who finds a block finds its slots made
//   slot-return  set() release  --> is_free() acquire   what another thread protected by the slot is over for who scans it later

#ifndef RECLAIM_CORE_HAZARD_SLOTS_H
#define RECLAIM_CORE_HAZARD_SLOTS_H

#include <cstddef>
#include <cstdint>
#include <new>
#include <utility>

#include "reclaim/sync/sync.h"

namespace reclaim {

// One hazard pointer: what it protects, or null, or that it is free to be claimed.
struct hazard_slot {
  static const void* free() noexcept { return reinterpret_cast<const void*>(1); }
  static bool is_address(const void* word) noexcept { return reinterpret_cast<std::uintptr_t>(word) > 1; }

  // Takes a new word.  release, whatever the word: it ends the protection of the one before.
  void set(const void* word) noexcept { hazard.store(word, release); }  // edges slot-return, drop-scan of the scheme

  sync::atomic<const void*> hazard{free()};  // written by the owner, read by scans
};

// Blocks of slots that only grow; the first is part of the object.  Nothing but the slots says which are free, so that
// to claim one and to yield it is a store each.
class hazard_slots {
 public:
  hazard_slots() = default;
  ~hazard_slots() {
    for (block* b = first_.next.load(relaxed); b != nullptr;) {  // relaxed: the destructor runs alone
      block* const next = b->next.load(relaxed);
      delete b;
      b = next;
    }
  }
  hazard_slots(const hazard_slots&) = delete;
  hazard_slots& operator=(const hazard_slots&) = delete;

  // Returns a slot that protects nothing, or null if one more block is needed and there is no memory.  A signal handler
  // may claim and yield between any two steps of the thread that it interrupts, and leaves the slots as they were; it must
  // not need a new block.  Wait-free but for a new block; O(slots that are claimed); own thread.
  hazard_slot* try_claim() noexcept {
    return claim_or([](hazard_slot* further) { return further; });
  }

  // The same, but ends the process with one line if there is no memory.
  hazard_slot* claim() noexcept {
    return claim_or([](hazard_slot* further) {
      if (further == nullptr) [[unlikely]] sync::fail("out of memory for one more shield");
      return further;
    });
  }

  // The same, of the first slot alone; null if that is not free.  Wait-free.
  [[gnu::always_inline]] hazard_slot* claim_first() noexcept {
    return sync::nearly_always(is_free(first_.slots[0])) ? claimed(first_.slots[0]) : nullptr;
  }

  // Ends what the slot protects, and the claim.  Wait-free; any thread that has the slot.
  static void yield(hazard_slot& slot) noexcept { slot.set(hazard_slot::free()); }

  // Calls visit(slot) for each slot.  Wait-free but for visit; any thread.
  template <class Visit>
  void for_each(Visit&& visit) {
    for (block* b = &first_; b != nullptr; b = b->next.load(acquire)) {  // edge slot-block
      for (hazard_slot& slot : b->slots) visit(slot);
    }
  }

  // How many slots there are.  Any thread.
  std::size_t size() const noexcept {
    std::size_t count = 0;
    for (const block* b = &first_; b != nullptr; b = b->next.load(acquire)) count += slots_a_block;  // edge slot-block
    return count;
  }

  // Makes every slot free.  When the thread is gone.
  void reset() noexcept {
    for_each([](hazard_slot& slot) { yield(slot); });
  }

 private:
  static constexpr std::size_t slots_a_block = sync::hazards_a_block;

  // `judge`: says what becomes of a claim beyond the first block, which may be null.
  template <class Judge>
  [[gnu::always_inline]] hazard_slot* claim_or(Judge&& judge) noexcept {
    if (sync::nearly_always(is_free(first_.slots[0]))) return claimed(first_.slots[0]);
    for (hazard_slot* slot = first_.slots + 1; slot != first_.slots + slots_a_block; ++slot) {
      if (is_free(*slot)) [[likely]] return claimed(*slot);
    }
    return judge(claim_further());
  }

  struct block {
    hazard_slot slots[slots_a_block];
    sync::atomic<block*> next{nullptr};
  };

  static bool is_free(const hazard_slot& slot) noexcept {
    return slot.hazard.load(acquire) == hazard_slot::free();  // edge slot-return
  }
  static hazard_slot* claimed(hazard_slot& slot) noexcept {
    slot.set(nullptr);
    return &slot;
  }

  [[gnu::cold, gnu::noinline]] hazard_slot* claim_further() noexcept {
    block* last = &first_;
    while (block* const next = last->next.load(relaxed)) {  // relaxed: own blocks
      for (hazard_slot& slot : next->slots) {
        if (is_free(slot)) return claimed(slot);
      }
      last = next;
    }
    return more(last);
  }

  // Adds a block behind `last`, and claims its first slot.  Only then can scans find what that protects.  Null: no memory.
  hazard_slot* more(block* last) noexcept {
    auto* const made = new (std::nothrow) block;
    if (made == nullptr) return nullptr;
    hazard_slot* const first = claimed(made->slots[0]);
    // Compare and exchange: a signal handler may be adding one too.
    for (block* next = nullptr; !last->next.compare_exchange_strong(next, made, release, relaxed);) {  // edge slot-block
      last = std::exchange(next, nullptr);
    }
    return first;
  }

  block first_;
};

}  // namespace reclaim

#endif  // RECLAIM_CORE_HAZARD_SLOTS_H
