// Retired objects that no thread owns: whoever collects next takes them all.
//
// Synchronization edges
//   orphan   push(), put_back() release --> take() acquire   what was done to an object before it was handed over
//                                                            happens-before its end

#ifndef RECLAIM_CORE_RETIRED_STACK_H
#define RECLAIM_CORE_RETIRED_STACK_H

#include <cstddef>
#include <utility>

#include "reclaim/core/retired.h"
#include "reclaim/sync/sync.h"

namespace reclaim {

// A stack with push and take-all at the bottom, so it has no ABA.  [Treiber 1986]
class retired_stack {
 public:
  static constexpr std::size_t all = static_cast<std::size_t>(-1);

  // Hands all of `list` over.  Lock-free; any thread; O(1).
  void push(retired_list&& list) noexcept {
    if (list.empty()) return;
    retired* const first = list.first_;
    retired* const last = list.last_;
    weight_.fetch_add(list.weight(), relaxed);
    retired_list(std::move(list));  // forgets them
    retired* top = top_.load(relaxed);  // relaxed: not dereferenced
    do {
      last->next_.set(top);
    } while (!top_.compare_exchange_weak(top, first, release, relaxed));  // edge orphan
  }

  // Returns of what was handed over as much as weighs `limit` or, with the last object, more.
  // Lock-free; any thread; O(taken).
  retired_list take(std::size_t limit) noexcept {
    retired_list taken;
    if (limit == 0 || top_.load(relaxed) == nullptr) return taken;  // relaxed: the exchange decides
    retired* r = top_.exchange(nullptr, acquire);     // edge orphan
    while (r != nullptr && taken.weight() < limit) taken.push(std::exchange(r, r->next_.get()));
    weight_.fetch_sub(taken.weight(), relaxed);
    if (r != nullptr) put_back(r);
    return taken;
  }
  retired_list take_all() noexcept { return take(all); }

  // What weighs here, approximately.
  std::size_t weight() const noexcept { return weight_.load(relaxed); }

 private:
  // Puts a chain back whose end is not known: below whatever was handed over meanwhile.
  void put_back(retired* rest) noexcept {
    retired* nothing = nullptr;
    while (!top_.compare_exchange_strong(nothing, rest, release, relaxed)) {  // edge orphan
      retired* const newer = top_.exchange(nullptr, acquire);                 // edge orphan
      if (newer != nullptr) {
        retired* last = newer;
        while (last->next_.get() != nullptr) last = last->next_.get();
        last->next_.set(std::exchange(rest, newer));
      }
      nothing = nullptr;
    }
  }

  sync::atomic<retired*> top_{nullptr};
  sync::unmodelled_atomic<std::size_t> weight_{0};
};

}  // namespace reclaim

#endif  // RECLAIM_CORE_RETIRED_STACK_H
