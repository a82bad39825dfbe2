// One sorted lock-free list with many entrances: T. Harris, "A Pragmatic Implementation of Non-Blocking Linked-Lists",
// DISC 2001, in the form of M. Michael, "High Performance Dynamic Lock-Free Hash Tables and List-Based Sets", SPAA 2002,
// which validates each step and so runs under hazard pointers as well.
//
//   previous --[from]--> current --[successor]--> ...        the window of a cursor; `from` is a link, not a node
//
// Deletion marks current's link, then swings `from` past it.  Replacement is one compare-and-swap too: it sets
// current's link to the new element *and* the mark, so that the old one ends and the new one begins at once:
//
//   before   previous --> old --> successor
//   after    previous --> old -x-> new --> successor          and soon   previous --> new --> successor
//
// Elements of equal order stand in a run, and a new one goes to its end.  So one compare-and-swap decides that no key
// is there twice: whoever adds an element of that order changes the link that the other compared.  Nothing is ever
// put before the last element of a run but the replacement of what stood there, which has the same key; and if the
// last one is deleted or replaced its link is marked, and the comparison fails.
//
// Synchronization edges (proofs: docs/memory_model.md#hash_map)
//   link     insert(), replace() release --> rest() acquire   what the link leads to is seen whole
//   mark     mark() release              --> rest() acquire   who finds an element erased sees what its eraser did before
//   unlink   unlink() release            --> rest() acquire   ... and so does who does not find it any more; passes `link` on
//   settle   settle() release            --> enter() acquire   who starts at a sentinel sees the list behind it

#ifndef RECLAIM_STRUCTURES_HASH_MAP_BUCKET_LIST_H
#define RECLAIM_STRUCTURES_HASH_MAP_BUCKET_LIST_H

#include <cstdint>
#include <utility>

#include "reclaim/core/domain.h"
#include "reclaim/sync/sync.h"
#include "structures/hash_map/node.h"
#include "structures/hash_map/route.h"

namespace reclaim::map_parts {

// Returns whether `s` is part of the list, so that a search may begin there: by loading its link again, with acquire.
template <class Domain>
bool is_ready(const sentinel<Domain>& s) noexcept {
  return (s.next.load(relaxed).tag() & marked) == 0;  // relaxed: what the search loads is this value or a later one
}

// Ends the time in which a sentinel that the list already reaches is not to be started from.  Whoever meets it helps.
template <class Domain>
void settle(sentinel<Domain>& s) noexcept {
  link_word<Domain> word = s.next.load(relaxed);  // relaxed: who came through the list has seen the insertion
  if ((word.tag() & marked) == 0) return;
  const link_word<Domain> ready = word.with_tag(word.tag() & ~marked);
  s.next.compare_exchange_strong(word, ready, release, relaxed);  // edge settle; failed: another has settled it
}

// A place in the list, and what can be done there.  Needs two shields: of the node that holds `from`, and of current.
// Searches are in line, and what leaves them out of line takes copies, so that a cursor lives in registers.
//
// Owner: what the map knows of its elements, and a cursor keeps a copy of.  owner.order_of(e) is where `e` belongs;
// owner.may_be_of(order, e) is false only if that is not there; owner.retire(guard, &e) takes what the cursor unlinks.
template <domain Domain, class Owner>
class bucket_cursor {
 public:
  using guard = typename Domain::guard;
  using shield = typename Domain::shield;
  using entrance = sentinel<Domain>;
  using word = link_word<Domain>;
  using route = map_parts::route<Domain>;

  enum class stop : unsigned char {
    element,  // current is an element that was in the list, unmarked, when rest() looked at it
    beyond,   // what would come next stands behind all elements of the order
    lost,     // the node that holds `from` is deleted: start again
  };

  // `current` will protect the element that the cursor rests on.
  bucket_cursor(guard& g, shield& current, Owner owner) noexcept
      : guard_(g), owner_(owner), previous_(g.shield()), current_(current) {}

  // Goes to the entrance.  Precondition: is_ready(start).
  void start(entrance& start) noexcept { enter(start.next); }

  // Comes to rest on the first unmarked element from here on, if its order is not above that of `way`.
  // Unlinks marked elements on its way.  Lock-free.
  // ToChange: the element is to be erased or replaced if it is the one; so what that writes is asked for before it is read.
  template <bool ToChange = false>
  [[gnu::always_inline]] stop rest(const route& way) noexcept {
    for (;;) {
      if ((at_.tag() & marked) != 0) return stop::lost;
      if (!way.is_close(at_)) {
        if (way.is_beyond(at_)) [[likely]] return stop::beyond;
        pass_sentinel();
        continue;
      }
      element<Domain>& e = *at_.pointer();
      if constexpr (ToChange) {
        sync::prefetch_to_write(&e.next);
        sync::prefetch_to_write(from_);
      }
      if (order_of(e) > way.order()) return stop::beyond;
      successor_ = e.next.load(acquire);  // edges link, mark, unlink
      if ((successor_.tag() & marked) == 0) return stop::element;
      unlink();
      at_ = current_.protect(*from_);  // edges link, unlink
    }
  }

  // Goes on behind current.  Precondition: rests on an element.
  void pass() noexcept {
    previous_.swap(current_);
    enter(at_.pointer()->next);
  }

  // Goes to the first element of the order that match() accepts, or else to where one would be inserted: behind the run.
  // Returns whether there is one.  ToChange: as for rest().  Lock-free.  Throws: what match() throws.
  template <bool ToChange = false, class Match>
  [[gnu::always_inline]] bool seek(const route& way, Match&& match) {
    start(way.begin());
    for (;;) {
      switch (rest<ToChange>(way)) {
        case stop::beyond: return false;
        case stop::lost: start(way.begin()); continue;
        case stop::element: break;
      }
      if (owner_.may_be_of(way.order(), current()) && match(current())) return true;
      pass();
    }
  }

  element<Domain>& current() const noexcept { return *at_.pointer(); }

  // Where `e` belongs.  Precondition: it is protected.
  std::uint64_t order_of(const element<Domain>& e) const noexcept { return owner_.order_of(e); }

  // Asks for what insert() writes, so that it comes while the element is made.  Precondition: seek() was false.
  void prepare_to_insert() const noexcept { sync::prefetch_to_write(from_); }

  // Inserts `e`, of the order of `way`, here.  Returns false, and has done nothing, if the place has changed.
  // Precondition: seek() was false.
  bool insert(const route& way, element<Domain>& e) noexcept {
    e.next.store(at_, relaxed);  // relaxed: published by the next line
    word expected = at_;
    return from_->compare_exchange_strong(expected, word_of(&e, way.order()), release, relaxed);  // edge link
  }

  // The same for an entrance.  Only the thread that has claimed it may call.
  bool insert(entrance& s) noexcept {
    s.next.store(at_.with_tag(at_.tag() | marked), relaxed);  // relaxed: published by the next line
    word expected = at_;
    if (!from_->compare_exchange_strong(expected, word_of(&s), release, relaxed)) return false;  // edge link
    settle(s);
    return true;
  }

  // Erases current, and leaves it linked for the next rest().  Returns false, and has done nothing, if current has
  // changed.  Precondition: rests on an element.
  bool mark() noexcept {
    word expected = successor_;
    const word end = successor_.with_tag(successor_.tag() | marked);
    return current().next.compare_exchange_strong(expected, end, release, relaxed);  // edge mark
  }

  // The same, and unlinks it.
  bool erase(const route& way) noexcept {
    if (!mark()) return false;
    clean(way);
    return true;
  }

  // Puts `e`, of the same key, in current's place.  Returns false, and has done nothing, if current has
  // changed.  Precondition: rests on an element.
  bool replace(const route& way, element<Domain>& e) noexcept {
    const word fresh = word_of(&e, way.order());
    e.next.store(successor_, relaxed);  // relaxed: published by the next line
    word expected = successor_;
    if (!current().next.compare_exchange_strong(expected, fresh.with_tag(marked), release, relaxed)) return false;  // edge link
    successor_ = fresh;
    clean(way);
    return true;
  }

  // Reads current's link again, after erase() or replace() failed.  Returns whether current is still in the list.
  bool refresh() noexcept {
    successor_ = current().next.load(acquire);  // edges link, mark
    return (successor_.tag() & marked) == 0;
  }

  // Exchanges what `kept` protects with what the cursor protects as the node behind which it stands.
  void swap_previous(shield& kept) noexcept { previous_.swap(kept); }

 private:
  void enter(const sync::atomic<word>& from) noexcept {
    from_ = const_cast<sync::atomic<word>*>(&from);
    at_ = current_.protect(from);  // edges link, unlink, settle
  }

  void pass_sentinel() noexcept {
    entrance& s = *sentinel_of<Domain>(at_);
    settle(s);
    enter(s.next);
  }

  // Swings `from` past current, which is marked.  Returns whether it was this thread that did.
  bool unlink() noexcept {
    word expected = at_;
    const word past = successor_.with_tag(successor_.tag() & ~marked);
    if (!from_->compare_exchange_strong(expected, past, release, relaxed)) return false;  // edge unlink
    owner_.retire(guard_, at_.pointer());
    return true;
  }

  // Sees to it that current, marked by this thread, is unlinked when it returns; stands somewhere near.
  void clean(const route& way) noexcept {
    if (!unlink()) [[unlikely]] clean_up(guard_, current_, owner_, way);
  }
  [[gnu::noinline, gnu::cold]] static void clean_up(guard& g, shield& current, Owner owner, route way) noexcept {
    bucket_cursor(g, current, owner).seek(way, [](const auto&) { return false; });
  }

  guard& guard_;
  [[no_unique_address]] Owner owner_;
  shield previous_;
  shield& current_;
  sync::atomic<word>* from_ = nullptr;
  word at_;         // what *from_ was
  word successor_;  // what current's link was
};

}  // namespace reclaim::map_parts

#endif  // RECLAIM_STRUCTURES_HASH_MAP_BUCKET_LIST_H
