// A lock that costs its owner two plain stores, and a visitor a heavy fence.  Nobody waits.
//
// Synchronization edges (proofs: docs/memory_model.md#owner_lock)
//   own-visit    try_own() light fence   <-> drain.h gather() heavy fence   one of the two sees the other, and steps back
//   own-end      disown() release        --> try_enter() acquire     the visitor sees all that the owner did
//   visit-end    leave() release         --> try_own() acquire       the owner sees all that the visitor did
//   visit-visit  leave() release         --> announce() acquire      and so does the next visitor

#ifndef RECLAIM_CORE_OWNER_LOCK_H
#define RECLAIM_CORE_OWNER_LOCK_H

#include "reclaim/sync/sync.h"

namespace reclaim {

// Guards what one thread uses all the time and others hardly ever: Dekker's algorithm, with asymmetric fences.
class owner_lock {
 public:
  // Claims the lock for its owner.  Returns false while a visitor is inside or about to be.
  // Wait-free; the owning thread only; not recursive.
  bool try_own() noexcept {
    owned_.store(true, relaxed);  // relaxed: ordered by the fence
    sync::light_fence();          // edge own-visit
    if (visitor_.load(acquire) != nullptr) [[unlikely]] {  // edge visit-end
      owned_.store(false, release);  // edge own-end: a visitor may read this in place of the last disown()
      return false;
    }
    return true;
  }

  // Wait-free; the owning thread, inside.
  void disown() noexcept { owned_.store(false, release); }  // edge own-end

  // Announces that `visitor` wants in.  Returns false while another one is there.  Between announce() and
  // try_enter() the visitor must pass a heavy fence (edge own-visit).  Wait-free; any thread but the owner.
  bool announce(const void* visitor) noexcept {
    const void* nobody = nullptr;
    return visitor_.compare_exchange_strong(nobody, visitor, acquire, relaxed);  // edge visit-visit
  }

  // Whether `visitor` announced itself and has not left.  Wait-free.
  bool is_announced(const void* visitor) const noexcept {
    return visitor_.load(relaxed) == visitor;  // relaxed: only the visitor's own store can make it true
  }

  // Returns whether the owner is out; if so the visitor is inside, if not it must still leave().  Wait-free.
  bool try_enter() noexcept {
    if (owned_.load(acquire)) return false;  // edge own-end
    is_visited_.store(true, relaxed);        // relaxed: for a fork only
    sync::compiler_fence();
    return true;
  }

  // Ends a visit, also one that was only announced.  Wait-free; the visitor.
  void leave() noexcept {
    is_visited_.store(false, relaxed);  // relaxed: for a fork only
    visitor_.store(nullptr, release);   // edges visit-end, visit-visit
  }

  // In the child of a fork, where no thread is inside any more: returns whether one was, and opens the lock.
  bool reopen() noexcept {
    const bool was_inside = owned_.load(relaxed) || is_visited_.load(relaxed);  // relaxed: the child has one thread
    is_visited_.store(false, relaxed);
    visitor_.store(nullptr, relaxed);
    owned_.store(false, relaxed);
    return was_inside;
  }

 private:
  sync::atomic<bool> owned_{false};            // written by the owner
  sync::atomic<const void*> visitor_{nullptr};  // written by visitors
  sync::unmodelled_atomic<bool> is_visited_{false};  // written by the visitor inside
};

}  // namespace reclaim

#endif  // RECLAIM_CORE_OWNER_LOCK_H
