// The free places of a slab: most lie at hand, on a stack of each processor; the others are home, on their pages.
//
//   depot --take()--> at hand --take_place()--> in use --give_place()--> at hand --flush()--> depot
//
// The store outlives its slab as long as places are out: each is in use, waits in a domain, or is in a hand.  Who gives a
// place keeps it in hand until all else is done, and after that touches nothing of the store.
//
// Synchronization edges (proofs: docs/memory_model.md#sharded_slab)
//   last-out   leave() release --> leave() acquire   who ends the store has seen all that was done with it

#ifndef RECLAIM_STRUCTURES_SUPPORT_SLAB_STORE_H
#define RECLAIM_STRUCTURES_SUPPORT_SLAB_STORE_H

#include <cstddef>
#include <cstdint>
#include <utility>

#include "reclaim/core/local_stacks.h"
#include "reclaim/sync/sync.h"
#include "structures/support/slab/chain.h"
#include "structures/support/slab/depot.h"
#include "structures/support/slab/key.h"

namespace reclaim::slab_parts {

// Derived: what is deleted with the store.
template <class Derived, class Slot, class Config>
class store {
  using layout = slab_parts::layout<Config>;
  using depot = slab_parts::depot<Slot, Config>;
  using chain = slab_parts::chain<Slot>;

 public:
  // At most `capacity` places.  Throws: std::bad_alloc.
  explicit store(std::size_t capacity) : depot_(capacity) {}
  store(const store&) = delete;
  store& operator=(const store&) = delete;

  // Returns a place that is nobody else's, whose word is its generation and index; or null, and why.
  // Wait-free where one is at hand; else lock-free, but for the system.
  [[gnu::always_inline]] Slot* take_place(lack& why) noexcept {
    if (sync::stacked* const s = at_hand_.pop()) [[likely]] return Slot::of(s);
    return refill(why);
  }

  // Takes *s back, in which there is no T.  Precondition: take_place() returned it.  Progress: as take_place().
  [[gnu::always_inline]] void give_place(Slot* s) noexcept {
    if (is_spent(*s) || !at_hand_.push(s->stack(), Config::most_at_hand)) [[unlikely]] give_slowly(s);
  }

  // The place with this index, or null.  Wait-free: one load.
  [[gnu::always_inline]] Slot* find(std::size_t index) const noexcept { return depot_.places().find(index); }

  // Calls visit(place, index) for each that was ever used since its page was given back.
  template <class Visit>
  void for_each(Visit&& visit) const {
    std::size_t index = 0;
    find_from(index, [&](Slot& s) { return visit(s, index), false; });
  }

  // The first place with an index of at least `index`, of those that for_each() visits, that is `wanted`; and its index.  Or null.
  template <class Wanted>
  Slot* find_from(std::size_t& index, Wanted&& wanted) const {
    const std::size_t made = depot_.pages();
    for (std::size_t page = index >> depot::table::page_shift; page < made; index = ++page << depot::table::page_shift) {
      const std::size_t end = (page << depot::table::page_shift) + depot_.state(page).used();
      for (; index < end; ++index) {
        Slot* const s = find(index);
        if (wanted(*s)) return s;
      }
    }
    return nullptr;
  }

  // Makes room for `places` in all, or as many as the capacity allows.  Returns false if there is no memory.
  bool reserve(std::size_t places) noexcept { return depot_.reserve(places); }

  // Brings home what is at hand, and gives back each page that is whole.  Lock-free but for the system; O(pages).
  void trim() noexcept {
    sweep();
    depot_.trim();
  }

  // How many places are used up, or lost with a page on which one was.  O(pages).
  std::size_t spent() const noexcept {
    std::size_t sum = 0;
    const std::size_t made = depot_.pages();
    for (std::size_t page = 0; page != made; ++page) sum += depot_.state(page).spent();
    return sum;
  }

  // The slab has ended, and `given_up` places in use were ended with it.  Ends the store, or has the last who brings a place
  // back end it.  Precondition: nobody takes places any more.
  void abandon(std::size_t given_up) noexcept;

 private:
  static constexpr std::size_t nobody_ends = ~std::size_t(0) / 4 + 1;

  static bool is_spent(const Slot& s) noexcept {
    return (s.word.load(relaxed) & layout::generation_mask) == 0;  // relaxed: in hand
  }

  Slot* refill(lack& why) noexcept;
  void give_slowly(Slot* s) noexcept;
  void flush() noexcept;
  bool sweep() noexcept;
  void bring_home(const chain& c) noexcept {
    if (const unsigned left = depot_.bring_home(c); left != 0) leave(left);
  }
  void gather(chain& c, Slot* s) noexcept;
  void leave(std::size_t places) noexcept;

  depot depot_;
  local_stacks at_hand_;
  sync::atomic<std::size_t> out_{nobody_ends};
};

// Where none is at hand: takes a few from the depot.
template <class Derived, class Slot, class Config>
[[gnu::noinline]] Slot* store<Derived, Slot, Config>::refill(lack& why) noexcept {
  chain taken = depot_.take(why);
  if (taken.size == 0 && sweep()) taken = depot_.take(why);  // what was at hand of other processors
  if (taken.size == 0) return nullptr;
  Slot* const one = taken.take();
  while (taken.size != 0) give_place(taken.take());
  return one;
}

// Where a place is used up, or many are at hand.
template <class Derived, class Slot, class Config>
[[gnu::noinline]] void store<Derived, Slot, Config>::give_slowly(Slot* s) noexcept {
  if (is_spent(*s)) {
    if (!depot_.spend(*s)) leave(1);
    return;
  }
  flush();
  if (at_hand_.push(s->stack(), Config::most_at_hand)) return;
  chain one;
  gather(one, s);
  bring_home(one);
}

// Adds *s to those of one page that go home together; those before go home if it is of another.
template <class Derived, class Slot, class Config>
void store<Derived, Slot, Config>::gather(chain& c, Slot* s) noexcept {
  const std::size_t page = depot::page_of(*s);
  if (page != c.page && c.size != 0) bring_home(std::exchange(c, chain()));
  c.add(page, s);
}

// Brings half of what may be at hand home.
template <class Derived, class Slot, class Config>
void store<Derived, Slot, Config>::flush() noexcept {
  chain c;
  for (std::size_t i = 0; i != Config::most_at_hand / 2; ++i) {
    sync::stacked* const top = at_hand_.pop();
    if (top == nullptr) break;
    gather(c, Slot::of(top));
  }
  if (c.size != 0) bring_home(c);
}

// Brings home all that is at hand of any processor.  Returns whether anything was.
template <class Derived, class Slot, class Config>
bool store<Derived, Slot, Config>::sweep() noexcept {
  chain c;
  at_hand_.take_all([&](sync::stacked* s) { gather(c, Slot::of(s)); });
  if (c.size == 0) return false;
  bring_home(c);
  return true;
}

// What is out is counted from the pages first: what goes home meanwhile is then not found at hand either.
template <class Derived, class Slot, class Config>
void store<Derived, Slot, Config>::abandon(std::size_t given_up) noexcept {
  std::size_t out = 0;
  const std::size_t made = depot_.pages();
  for (std::size_t page = 0; page != made; ++page) out += depot_.state(page).out();
  if (out == given_up + at_hand_.count()) {
    delete static_cast<Derived*>(this);
    return;
  }
  std::size_t found = given_up;
  if (!at_hand_.close([&](sync::stacked*) { ++found; })) return;
  out = 0;
  for (std::size_t page = 0; page != made; ++page) out += depot_.close(page);
  leave(nobody_ends - (out - found));
}

// So many places will not come home any more.  Whoever says so of the last ends the store.
template <class Derived, class Slot, class Config>
void store<Derived, Slot, Config>::leave(std::size_t places) noexcept {
  if (out_.fetch_sub(places, acq_rel) == places) delete static_cast<Derived*>(this);  // edge last-out
}

}  // namespace reclaim::slab_parts

#endif  // RECLAIM_STRUCTURES_SUPPORT_SLAB_STORE_H
