// Free places of one page that are in one hand.

#ifndef RECLAIM_STRUCTURES_SUPPORT_SLAB_CHAIN_H
#define RECLAIM_STRUCTURES_SUPPORT_SLAB_CHAIN_H

#include <cstddef>
#include <utility>

namespace reclaim::slab_parts {

template <class Slot>
struct chain {
  // Precondition: *s is free, and lies on the page as the others do.
  void add(std::size_t of, Slot* s) noexcept {
    page = of;
    s->stack();
    s->set_next(first);
    if (first == nullptr) last = s;
    first = s;
    ++size;
  }

  // Precondition: not empty.
  Slot* take() noexcept {
    --size;
    return std::exchange(first, size == 0 ? nullptr : first->next());
  }

  std::size_t page = 0;  // meaningful while not empty, as the next two
  Slot* first = nullptr;
  Slot* last = nullptr;  // meaningful if they were added
  unsigned size = 0;
};

}  // namespace reclaim::slab_parts

#endif  // RECLAIM_STRUCTURES_SUPPORT_SLAB_CHAIN_H
