// Where the places of a slab lie, and what is known of their pages.
//
// Pages come in segments, each as many as all before together, which never move and are not freed before the slab ends:
//
//   segment   0      1      2          3                      a segment is one array of places, and one of pages
//   pages    [0]    [1]    [2 3]      [4 5 6 7]
//
// Synchronization edges (proofs: docs/memory_model.md#sharded_slab)
//   segment   make() release --> make(), find(), at() acquire   who finds a segment finds it made

#ifndef RECLAIM_STRUCTURES_SUPPORT_SLAB_PAGE_TABLE_H
#define RECLAIM_STRUCTURES_SUPPORT_SLAB_PAGE_TABLE_H

#include <bit>
#include <cstddef>
#include <cstdint>

#include "reclaim/sync/sync.h"
#include "structures/support/slab/page.h"

namespace reclaim::slab_parts {

// The least power of two of places that fill `bytes`, and whole pages of most systems.
constexpr unsigned places_a_page(std::size_t slot, std::size_t bytes) noexcept {
  constexpr std::size_t of_system = 4096;
  unsigned n = 1;
  while (n != page_state::most_places && (n * slot < bytes || (bytes >= of_system && n * slot % of_system != 0))) n *= 2;
  return n;
}

template <class Slot, std::size_t PageBytes, unsigned IndexBits>
class page_table {
 public:
  static constexpr unsigned places = places_a_page(sizeof(Slot), PageBytes);
  static constexpr unsigned page_shift = static_cast<unsigned>(std::countr_zero(places));
  static_assert(page_shift <= IndexBits, "slab_config: index_bits is too small for one page");
  static constexpr std::size_t most_pages = std::size_t(1) << (IndexBits - page_shift);

  page_table() = default;
  page_table(const page_table&) = delete;
  page_table& operator=(const page_table&) = delete;
  ~page_table() {
    for (unsigned s = 0; s != most_segments; ++s) {  // relaxed, both: alone by now
      if (zero_[s].load(relaxed) != 0) sync::end_zeroed(slots_of(s), size_of(s) * places);
      slab_parts::page* const pages = pages_[s].load(relaxed);
      sync::end_zeroed(pages, size_of(s));  // also where there was no memory for the places
    }
  }

  // The place with this index, or null if there never was one.  Wait-free: one load.  `index` is below 2^IndexBits.
  [[gnu::always_inline]] Slot* find(std::size_t index) const noexcept {
    const std::uintptr_t zero = zero_[segment_of_index(index)].load(acquire);  // edge segment
    if (zero == 0) [[unlikely]] return nullptr;
    return behind(zero, index);
  }

  // Precondition of both: make() has returned true for the page; of slot(), to this thread or to who put the page on the list.
  Slot& slot(std::size_t page, unsigned place) const noexcept {
    const std::size_t index = page << page_shift | place;
    return *behind(zero_[segment_of_index(index)].load(relaxed), index);  // relaxed: seen before
  }
  slab_parts::page& at(std::size_t page) const noexcept {
    const unsigned s = segment_of(page);
    return pages_[s].load(acquire)[page - first_of(s)];  // edge segment
  }

  // Makes the segment of a page, if there is none.  Returns false if there is no memory.
  // Lock-free but for the system: who is late gives back what it made.
  bool make(std::size_t page) noexcept {
    const unsigned s = segment_of(page);
    if (zero_[s].load(acquire) != 0) return true;  // edge segment
    return make_pages(s) && make_slots(s);
  }

  // Makes zeros of the places of a page, and gives their memory to the system where that is possible.
  // Precondition: all of them are in the hand of the caller.
  void give_back(std::size_t page) noexcept {
    const unsigned s = segment_of(page);
    sync::give_back(slots_of(s), size_of(s) * places, (page - first_of(s)) * places, places,
                    [](Slot& place) { place.word.store(0, relaxed); });  // relaxed: no key leads there
  }

 private:
  static constexpr unsigned most_segments = IndexBits - page_shift + 1;

  static unsigned segment_of(std::size_t page) noexcept { return static_cast<unsigned>(std::bit_width(page)); }
  static unsigned segment_of_index(std::size_t index) noexcept {
    return static_cast<unsigned>(std::bit_width(index | (places - 1))) - page_shift;
  }
  static std::size_t first_of(unsigned segment) noexcept { return segment == 0 ? 0 : std::size_t(1) << (segment - 1); }
  static std::size_t size_of(unsigned segment) noexcept { return segment == 0 ? 1 : first_of(segment); }

  static Slot* behind(std::uintptr_t zero, std::size_t index) noexcept {
    return reinterpret_cast<Slot*>(zero + index * sizeof(Slot));
  }
  Slot* slots_of(unsigned segment) const noexcept {
    const std::uintptr_t zero = zero_[segment].load(relaxed);  // relaxed: the caller has seen one of its places
    return behind(zero, first_of(segment) << page_shift);
  }

  bool make_pages(unsigned s) noexcept {
    slab_parts::page* found = pages_[s].load(relaxed);  // relaxed: who finds them makes nothing of them
    if (found != nullptr) return true;
    auto* const made = sync::make_zeroed<slab_parts::page>(size_of(s));
    if (made == nullptr) return false;
    if (!pages_[s].compare_exchange_strong(found, made, release, relaxed)) sync::end_zeroed(made, size_of(s));  // edge segment
    return true;
  }
  bool make_slots(unsigned s) noexcept {
    auto* const made = sync::make_zeroed<Slot>(size_of(s) * places);
    if (made == nullptr) return false;
    std::uintptr_t none = 0;
    const std::uintptr_t zero = reinterpret_cast<std::uintptr_t>(made) - (first_of(s) << page_shift) * sizeof(Slot);
    if (!zero_[s].compare_exchange_strong(none, zero, release, acquire)) {  // edge segment
      sync::end_zeroed(made, size_of(s) * places);
    }
    return true;
  }

  // Where a segment would begin whose first place had index 0; 0 if it is not there.
  sync::atomic<std::uintptr_t> zero_[most_segments] = {};
  sync::atomic<slab_parts::page*> pages_[most_segments] = {};
};

}  // namespace reclaim::slab_parts

#endif  // RECLAIM_STRUCTURES_SUPPORT_SLAB_PAGE_TABLE_H
