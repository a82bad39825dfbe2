// Retired objects that no thread owns: whoever collects next takes them all.
//
// Synchronization edges
//   orphan   push() release --> take_all() acquire   what was done to an object before it was handed over happens-before its end

#ifndef RECLAIM_CORE_RETIRED_STACK_H
#define RECLAIM_CORE_RETIRED_STACK_H

#include <cstddef>
#include <utility>

#include "reclaim/core/retired.h"
#include "reclaim/sync/sync.h"

namespace reclaim {

// A stack with push and take-all only, so it has no ABA.  [Treiber 1986]
class retired_stack {
 public:
  // Hands all of `list` over.  Lock-free; any thread; O(1).
  void push(retired_list&& list) noexcept {
    if (list.empty()) return;
    retired* const first = list.first_;
    retired* const last = list.last_;
    size_.fetch_add(list.size(), relaxed);
    retired_list(std::move(list));  // forgets them
    retired* top = top_.load(relaxed);  // relaxed: not dereferenced
    do {
      last->next_ = top;
    } while (!top_.compare_exchange_weak(top, first, release, relaxed));  // edge orphan
  }

  // Returns all that was handed over.  Wait-free; any thread; O(objects).
  retired_list take_all() noexcept {
    retired_list taken;
    if (top_.load(relaxed) == nullptr) return taken;  // relaxed: the exchange decides
    retired* r = top_.exchange(nullptr, acquire);     // edge orphan
    while (r != nullptr) taken.push(std::exchange(r, r->next_));
    size_.fetch_sub(taken.size(), relaxed);
    return taken;
  }

  // How many are here, approximately.
  std::size_t size() const noexcept { return size_.load(relaxed); }

 private:
  sync::atomic<retired*> top_{nullptr};
  sync::atomic<std::size_t> size_{0};
};

}  // namespace reclaim

#endif  // RECLAIM_CORE_RETIRED_STACK_H
