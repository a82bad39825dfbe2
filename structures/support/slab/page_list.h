// The pages of a slab that have free places: a stack, from which one thread at a time takes a page.
//
// After R. K. Treiber, "Systems Programming: Coping with Parallelism", IBM RJ 5118, 1986.  Pages are known by numbers and
// never freed; a count of 32 bits, which each change of the top makes greater, keeps a page that came back from being
// taken for what was there.
//
// Synchronization edges (proofs: docs/memory_model.md#sharded_slab)
//   list   push() release --> pop() acquire   who takes a page sees the one below it, and what its last taker knew of it

#ifndef RECLAIM_STRUCTURES_SUPPORT_SLAB_PAGE_LIST_H
#define RECLAIM_STRUCTURES_SUPPORT_SLAB_PAGE_LIST_H

#include <cstddef>
#include <cstdint>

#include "reclaim/sync/sync.h"

namespace reclaim::slab_parts {

class page_list {
 public:
  static constexpr std::size_t none = ~std::size_t(0);

  // Precondition: the page is not on the list.  Lock-free; any thread.
  template <class Pages>
  void push(const Pages& pages, std::size_t number) noexcept {
    std::uint64_t top = top_.load(relaxed);  // relaxed: nothing is read of it
    do {
      pages.at(number).next.store(static_cast<std::uint32_t>(top), relaxed);  // relaxed: seen by the edge list
    } while (!top_.compare_exchange_strong(top, changed(top, number + 1), release, relaxed));  // edge list
  }

  // Returns a page that was on the list, or none.  Lock-free; any thread.
  template <class Pages>
  std::size_t pop(const Pages& pages) noexcept {
    std::uint64_t top = top_.load(acquire);  // edge list
    for (;;) {
      const auto number = static_cast<std::uint32_t>(top);
      if (number == 0) return none;
      // relaxed: the next of a page that is not on the list any more may be any; then the top has changed
      const std::uint32_t next = pages.at(number - 1).next.load(relaxed);
      if (top_.compare_exchange_strong(top, changed(top, next), acquire, acquire)) return number - 1;  // edge list
    }
  }

 private:
  static std::uint64_t changed(std::uint64_t top, std::size_t number) noexcept {
    return ((top >> 32) + 1) << 32 | number;
  }

  // Changes, and one more than the number of the page on top; 0: the list is empty.
  sync::atomic<std::uint64_t> top_{0};
};

}  // namespace reclaim::slab_parts

#endif  // RECLAIM_STRUCTURES_SUPPORT_SLAB_PAGE_LIST_H
