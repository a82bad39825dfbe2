// What is known of a page of a slab: how many of its places were ever used, and which of those are home.
//
// It is one word, which changes as a whole:
//
//   used     places that have been used since the page was last given back: the first so many
//   home     of those, how many are free and in the page's chain; the others live, wait in a domain, or are in a hand
//   first    of the chain
//   spent    how many are used up: their generation is at its end
//   listed   the page is on the list of pages that have free places, or in the hand of who takes from it or lists it
//   busy     all its places are in the hand of who gives the page back
//   closed   the slab has ended: nobody takes from the page, and who brings a place home says so elsewhere
//
// Synchronization edges (proofs: docs/memory_model.md#sharded_slab)
//   home-take   change() release --> change(), load() acquire   who takes places sees what was done with them
//   floor       change() release --> change(), load() acquire   who takes from a page sees the floor that it was given

#ifndef RECLAIM_STRUCTURES_SUPPORT_SLAB_PAGE_H
#define RECLAIM_STRUCTURES_SUPPORT_SLAB_PAGE_H

#include <cstddef>
#include <cstdint>

#include "reclaim/sync/sync.h"

namespace reclaim::slab_parts {

class page_state {
 public:
  static constexpr unsigned most_places = 1u << 12;

  constexpr page_state() noexcept = default;
  explicit constexpr page_state(std::uint64_t word) noexcept : word_(word) {}
  constexpr std::uint64_t word() const noexcept { return word_; }

  constexpr unsigned used() const noexcept { return field(0); }
  constexpr unsigned home() const noexcept { return field(1); }
  constexpr unsigned first() const noexcept { return field(2); }  // meaningful while some are home
  constexpr unsigned spent() const noexcept { return field(3); }
  constexpr bool listed() const noexcept { return (word_ & listed_bit) != 0; }
  constexpr bool busy() const noexcept { return (word_ & busy_bit) != 0; }
  constexpr bool closed() const noexcept { return (word_ & closed_bit) != 0; }

  // Whether no place is out: all that were ever used are home, or spent.
  constexpr bool is_whole() const noexcept { return used() != 0 && home() + spent() == used(); }
  // How many places are out.
  constexpr unsigned out() const noexcept { return used() - home() - spent(); }

  constexpr page_state with_used(unsigned n) const noexcept { return with(0, n); }
  constexpr page_state with_chain(unsigned first, unsigned home) const noexcept { return with(1, home).with(2, first); }
  constexpr page_state with_spent(unsigned n) const noexcept { return with(3, n); }
  constexpr page_state with_listed(bool is) const noexcept { return flag(listed_bit, is); }
  constexpr page_state with_busy(bool is) const noexcept { return flag(busy_bit, is); }
  constexpr page_state with_closed() const noexcept { return flag(closed_bit, true); }

 private:
  static constexpr unsigned width = 13;
  static constexpr std::uint64_t field_mask = (std::uint64_t(1) << width) - 1;
  static constexpr std::uint64_t listed_bit = std::uint64_t(1) << 4 * width;
  static constexpr std::uint64_t busy_bit = listed_bit << 1;
  static constexpr std::uint64_t closed_bit = listed_bit << 2;

  constexpr unsigned field(unsigned i) const noexcept { return static_cast<unsigned>(word_ >> i * width & field_mask); }
  constexpr page_state with(unsigned i, unsigned value) const noexcept {
    return page_state((word_ & ~(field_mask << i * width)) | std::uint64_t(value) << i * width);
  }
  constexpr page_state flag(std::uint64_t bit, bool is) const noexcept {
    return page_state(is ? word_ | bit : word_ & ~bit);
  }

  std::uint64_t word_ = 0;
};

// Zeros are a page of which nothing was used.
struct page {
  page_state load() const noexcept { return page_state(state.load(acquire)); }  // edge home-take

  // Makes it `to` if it is `from`, else makes `from` what it is.
  bool change(page_state& from, page_state to) noexcept {
    std::uint64_t word = from.word();
    const bool done = state.compare_exchange_strong(word, to.word(), release, acquire);  // edges home-take, floor
    if (!done) from = page_state(word);
    return done;
  }

  sync::atomic<std::uint64_t> state{0};
  sync::atomic<std::uint32_t> next{0};  // on the list of pages, one more than its number
  // The generation with which its places begin, no less than all that they had.  Written by who gives the page back.
  sync::atomic<std::uint64_t> floor{0};
};

}  // namespace reclaim::slab_parts

#endif  // RECLAIM_STRUCTURES_SUPPORT_SLAB_PAGE_H
