// The pages of a slab: from which places are taken, and to which they come home.
//
//   system --make_page()--> page --take()--> in hands --bring_home()--> page --give_back()--> system
//
// One thread at a time takes from a page; any thread brings places home to any page.  A page of which all places are home
// gives its memory back, but for a few pages.  When the slab has ended pages are closed one by one, and who finds one closed
// keeps what it was to bring home.
//
// Whoever brings places home makes each change of the page's state but the last with all of them in hand: so that with the last
// change nothing of the depot is touched any more.
//
// Synchronization edges (proofs: docs/memory_model.md#sharded_slab)
//   made   make_page() release --> pages() acquire   who knows of a page finds it
// Beside it those of page.h.

#ifndef RECLAIM_STRUCTURES_SUPPORT_SLAB_DEPOT_H
#define RECLAIM_STRUCTURES_SUPPORT_SLAB_DEPOT_H

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>

#include "reclaim/sync/sync.h"
#include "structures/support/slab/chain.h"
#include "structures/support/slab/key.h"
#include "structures/support/slab/page.h"
#include "structures/support/slab/page_list.h"
#include "structures/support/slab/page_table.h"

namespace reclaim::slab_parts {

// Why there is no place.
enum class lack : unsigned char { none, capacity, memory };

template <class Slot, class Config>
class depot {
  using layout = slab_parts::layout<Config>;
  using chain = slab_parts::chain<Slot>;

 public:
  using table = page_table<Slot, Config::page_bytes, layout::index_bits>;

  // At most `capacity` places.
  explicit depot(std::size_t capacity) noexcept : capacity_(capacity) {}

  const table& places() const noexcept { return table_; }
  page_state state(std::size_t page) const noexcept { return table_.at(page).load(); }

  // How many pages there are.  Wait-free.
  std::size_t pages() const noexcept { return made_.load(acquire); }  // edge made

  static std::size_t page_of(const Slot& s) noexcept { return index_of(s) >> table::page_shift; }

  // Takes a few places, of the page that was listed last or of a new one.  Returns none, and why, if there are none.
  // Lock-free but for the system.
  chain take(lack& why) noexcept;

  // Returns how many places are in hand yet, because the page is closed: 0, those of `c`, or all of a page that they made whole.
  // Lock-free but for the system.
  unsigned bring_home(const chain& c) noexcept;

  // *s is used no more: its generation is at its end.  As bring_home().
  bool spend(const Slot& s) noexcept;

  // Makes pages for `n` places in all, or as many as the capacity allows.  Returns false if there is no memory.
  bool reserve(std::size_t n) noexcept;

  // Gives back each page that is whole.  Precondition: the depot is not closed meanwhile.  O(pages).
  void trim() noexcept;

  // Nobody takes from the page any more, or brings anything home.  Returns how many of its places are out.
  unsigned close(std::size_t page) noexcept;

 private:
  static constexpr unsigned batch = std::max<unsigned>(1, std::min<unsigned>(table::places, Config::most_at_hand / 2));
  static constexpr std::uint64_t no_floor = ~std::uint64_t(0);

  static std::size_t index_of(const Slot& s) noexcept {
    return static_cast<std::size_t>(s.word.load(relaxed) & layout::index_mask);  // relaxed: in hand
  }
  static unsigned place_of(const Slot& s) noexcept { return static_cast<unsigned>(index_of(s) & (table::places - 1)); }
  unsigned places_of(std::size_t page) const noexcept {
    return static_cast<unsigned>(std::min<std::size_t>(table::places, capacity_ - page * table::places));
  }

  // How many places are made at once: at first few, for slabs that stay small.
  static unsigned new_places(std::size_t page, unsigned used) noexcept {
    return page != 0 ? batch : std::clamp(used, std::min(batch, 8u), batch);
  }

  std::size_t make_page(lack& why) noexcept;
  chain take_from(std::size_t page) noexcept;
  bool take_home(std::size_t page, page_state& state) noexcept;
  chain begin_places(std::size_t page, unsigned from, unsigned to) noexcept;
  void list_again(std::size_t page) noexcept;
  void list(std::size_t page, page_state& state) noexcept;
  unsigned give_back(std::size_t page) noexcept;

  const std::size_t capacity_;
  table table_;
  alignas(sync::cache_line) page_list listed_;
  sync::atomic<std::size_t> made_{0};   // pages
  sync::atomic<std::size_t> whole_{0};  // of them, with places at home; relaxed throughout: a count
};

template <class Slot, class Config>
chain<Slot> depot<Slot, Config>::take(lack& why) noexcept {
  for (;;) {
    std::size_t page = listed_.pop(table_);
    if (page == page_list::none) page = make_page(why);
    if (page == page_list::none) return {};
    const chain taken = take_from(page);
    if (taken.size != 0) {
      list_again(page);
      return taken;
    }
  }
}

// Returns a page that is in the hand of the caller, or none.
template <class Slot, class Config>
std::size_t depot<Slot, Config>::make_page(lack& why) noexcept {
  std::size_t number = made_.load(relaxed);  // relaxed: the table knows what there is of it
  do {
    why = number * table::places >= capacity_ ? lack::capacity : table_.make(number) ? lack::none : lack::memory;
    if (why != lack::none) return page_list::none;
  } while (!made_.compare_exchange_strong(number, number + 1, release, relaxed));  // edge made
  page_state nothing;
  table_.at(number).change(nothing, nothing.with_listed(true));
  return number;
}

// Precondition: the page is in the hand of the caller, who has it no more if this returns nothing.
template <class Slot, class Config>
chain<Slot> depot<Slot, Config>::take_from(std::size_t page) noexcept {
  slab_parts::page& p = table_.at(page);
  for (page_state state = p.load();;) {
    if (!state.busy() && state.home() != 0) {
      const unsigned size = std::min(state.home(), batch);
      Slot* const first = &table_.slot(page, state.first());
      if (take_home(page, state)) return {page, first, nullptr, size};
    } else if (!state.busy() && state.used() != places_of(page) && p.floor.load(relaxed) != no_floor) {
      // relaxed, the floor: who changes it makes this change fail
      const unsigned from = state.used();
      const unsigned to = std::min(from + new_places(page, from), places_of(page));
      if (p.change(state, state.with_used(to))) return begin_places(page, from, to);
    } else if (p.change(state, state.with_listed(false))) {
      return {};
    }
  }
}

// Takes the first few that are home.  Nobody else takes, and who brings others home puts them in front: so that the chain from
// `state` on is as it was, if the state is.  If it is not the links may be of no use, but they can be read.
template <class Slot, class Config>
bool depot<Slot, Config>::take_home(std::size_t page, page_state& state) noexcept {
  const unsigned size = std::min(state.home(), batch);
  const unsigned left = state.home() - size;
  Slot* rest = &table_.slot(page, state.first());
  for (unsigned i = 0; left != 0 && i != size && rest != nullptr; ++i) rest = rest->next();
  if (rest == nullptr) return state = table_.at(page).load(), false;
  const bool was_whole = state.is_whole();
  if (!table_.at(page).change(state, state.with_chain(left == 0 ? 0 : place_of(*rest), left))) return false;
  if (was_whole) whole_.fetch_sub(1, relaxed);
  return true;
}

// Makes the places [from, to) of a page, with the generation that the page begins with.
template <class Slot, class Config>
chain<Slot> depot<Slot, Config>::begin_places(std::size_t page, unsigned from, unsigned to) noexcept {
  // relaxed: seen by the edge floor
  const std::uint64_t floor = std::max(table_.at(page).floor.load(relaxed), layout::first_generation);
  chain made;
  while (to-- != from) {
    Slot& s = table_.slot(page, to);
    s.word.store(floor | page << table::page_shift | to, relaxed);  // relaxed: nobody has a key of it
    made.add(page, &s);
  }
  return made;
}

// The page is on the list again, if there is anything to be had of it.
template <class Slot, class Config>
void depot<Slot, Config>::list_again(std::size_t page) noexcept {
  slab_parts::page& p = table_.at(page);
  for (page_state state = p.load(); state.home() == 0 && state.used() == places_of(page);) {
    if (p.change(state, state.with_listed(false))) return;
  }
  listed_.push(table_, page);
}

// Puts a page on the list that is not there.
template <class Slot, class Config>
void depot<Slot, Config>::list(std::size_t page, page_state& state) noexcept {
  if (!table_.at(page).change(state, state.with_listed(true))) return;
  listed_.push(table_, page);
  state = table_.at(page).load();
}

template <class Slot, class Config>
unsigned depot<Slot, Config>::bring_home(const chain& c) noexcept {
  slab_parts::page& p = table_.at(c.page);
  for (page_state state = p.load(); !state.closed();) {
    if (!state.listed()) {
      list(c.page, state);
      continue;
    }
    c.last->set_next(state.home() == 0 ? nullptr : &table_.slot(c.page, state.first()));
    const page_state to = state.with_chain(place_of(*c.first), state.home() + c.size);
    const bool is_whole = to.is_whole();
    if (is_whole && whole_.fetch_add(1, relaxed) >= Config::most_whole_pages) {
      whole_.fetch_sub(1, relaxed);
      if (p.change(state, state.with_chain(0, 0).with_busy(true))) return give_back(c.page);
      continue;
    }
    if (p.change(state, to)) return 0;
    if (is_whole) whole_.fetch_sub(1, relaxed);
  }
  return c.size;
}

// Gives the memory of a page back, all of whose places the caller has in hand, who made it busy.  Returns how many are in hand
// yet: all, if the page is closed, and then they were counted as out.
template <class Slot, class Config>
[[gnu::noinline]] unsigned depot<Slot, Config>::give_back(std::size_t page) noexcept {
  slab_parts::page& p = table_.at(page);
  page_state state = p.load();
  std::uint64_t floor = p.floor.load(relaxed);  // relaxed: seen by the edge floor
  for (unsigned i = 0; i != state.used(); ++i) {
    const std::uint64_t generation = table_.slot(page, i).word.load(relaxed) & layout::generation_mask;  // relaxed: in hand
    floor = generation == 0 ? no_floor : std::max(floor, generation);
    table_.slot(page, i).forget();
  }
  p.floor.store(floor, relaxed);  // relaxed: published by the change of the state
  table_.give_back(page);
  const unsigned lost = floor == no_floor ? state.used() : 0;
  while (!state.closed()) {
    if (!state.listed()) {
      list(page, state);
    } else if (p.change(state, state.with_busy(false).with_used(lost).with_spent(lost))) {
      return 0;
    }
  }
  return state.out();
}

template <class Slot, class Config>
bool depot<Slot, Config>::spend(const Slot& s) noexcept {
  slab_parts::page& p = table_.at(page_of(s));
  for (page_state state = p.load(); !state.closed();) {
    const page_state to = state.with_spent(state.spent() + 1);
    const bool is_whole = to.is_whole() && to.home() != 0;
    if (is_whole) whole_.fetch_add(1, relaxed);
    if (p.change(state, to)) return true;
    if (is_whole) whole_.fetch_sub(1, relaxed);
  }
  return false;
}

template <class Slot, class Config>
bool depot<Slot, Config>::reserve(std::size_t n) noexcept {
  while (pages() * table::places < std::min(n, capacity_)) {
    auto why = lack::none;
    const std::size_t page = make_page(why);
    if (page == page_list::none) return why != lack::memory;
    list_again(page);
  }
  return true;
}

template <class Slot, class Config>
void depot<Slot, Config>::trim() noexcept {
  const std::size_t made = pages();
  for (std::size_t page = 0; page != made; ++page) {
    slab_parts::page& p = table_.at(page);
    for (page_state state = p.load(); state.is_whole() && state.home() != 0;) {
      if (!p.change(state, state.with_chain(0, 0).with_busy(true))) continue;
      whole_.fetch_sub(1, relaxed);
      give_back(page);
      break;
    }
  }
}

template <class Slot, class Config>
unsigned depot<Slot, Config>::close(std::size_t page) noexcept {
  slab_parts::page& p = table_.at(page);
  page_state state = p.load();
  while (!p.change(state, state.with_closed())) {
  }
  return state.out();
}

}  // namespace reclaim::slab_parts

#endif  // RECLAIM_STRUCTURES_SUPPORT_SLAB_DEPOT_H
