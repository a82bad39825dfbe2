// The hazard pointers of one thread: one writer, many readers, as many as it needs.
//
// Synchronization edges (proofs: docs/memory_model.md#hazard_slots)
//   slot-block   more() release --> for_each() acquire   who finds a block finds its slots made

#ifndef RECLAIM_CORE_HAZARD_SLOTS_H
#define RECLAIM_CORE_HAZARD_SLOTS_H

#include <cstddef>
#include <new>
#include <utility>

#include "reclaim/sync/sync.h"

namespace reclaim {

// One hazard pointer, and the owner's link to the next free one.
struct hazard_slot {
  sync::atomic<const void*> hazard{nullptr};  // written by the owner, read by scans
  hazard_slot* next_free = nullptr;           // own thread only
};

// A stack of free slots over blocks that only grow.  The first block is part of the object.
class alignas(sync::cache_line) hazard_slots {
 public:
  hazard_slots() noexcept { free_all_of(first_); }
  ~hazard_slots() {
    for (block* b = first_.next.load(relaxed); b != nullptr;) {  // relaxed: the destructor runs alone
      block* const next = b->next.load(relaxed);
      delete b;
      b = next;
    }
  }
  hazard_slots(const hazard_slots&) = delete;
  hazard_slots& operator=(const hazard_slots&) = delete;

  // Returns a slot that holds null.  A signal handler may claim and yield between any two steps of the thread
  // that it interrupts, and leaves the stack as it was; it must not need a new block.
  // Wait-free but for a new block; own thread; ends the process with one line if a new block finds no memory.
  hazard_slot* claim() noexcept {
    hazard_slot* const slot = free_;
    if (slot == nullptr) [[unlikely]] return more();
    free_ = slot->next_free;
    return slot;
  }

  // Precondition: the slot holds null.  Wait-free; own thread.
  void yield(hazard_slot* slot) noexcept {
    slot->next_free = free_;
    free_ = slot;
  }

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

  // Makes every slot null and free.  When the thread is gone.
  void reset() noexcept {
    free_ = nullptr;
    for (block* b = &first_; b != nullptr; b = b->next.load(relaxed)) free_all_of(*b);  // relaxed: own blocks
  }

 private:
  static constexpr std::size_t slots_a_block = sync::hazards_a_block;

  struct block {
    hazard_slot slots[slots_a_block];
    sync::atomic<block*> next{nullptr};
  };

  void free_all_of(block& b) noexcept {
    for (hazard_slot& slot : b.slots) {
      slot.hazard.store(nullptr, release);  // edge drop-scan of the scheme
      yield(&slot);
    }
  }

  [[gnu::cold, gnu::noinline]] hazard_slot* more() noexcept {
    auto* const made = new (std::nothrow) block;
    if (made == nullptr) sync::fail("out of memory for one more shield");
    // Compare and exchange: a signal handler may be adding one too.  relaxed: blocks of this very thread.
    block* last = &first_;
    for (block* next = nullptr; !last->next.compare_exchange_strong(next, made, release, relaxed);) {  // edge slot-block
      last = std::exchange(next, nullptr);
    }
    free_all_of(*made);  // only now: a slot that scans do not find protects nothing
    return claim();
  }

  block first_;
  hazard_slot* free_ = nullptr;  // own thread only
};

}  // namespace reclaim

#endif  // RECLAIM_CORE_HAZARD_SLOTS_H
