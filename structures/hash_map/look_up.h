// How a reader finds an element, in the two ways that domains allow.
//
// Synchronization edges (proofs: docs/memory_model.md#hash_map)
//   link     bucket_list.h insert(), replace() release   --> read_through(), look_at() acquire   an element is seen whole
//   unlink   bucket_list.h unlink() release              --> read_through(), look_at() acquire   passes `link` on
//   mark     bucket_list.h mark() release                --> read_through(), look_at() acquire   who finds an element
//                                                            erased sees what its eraser did before

#ifndef RECLAIM_STRUCTURES_HASH_MAP_LOOK_UP_H
#define RECLAIM_STRUCTURES_HASH_MAP_LOOK_UP_H

#include <cstdint>

#include "reclaim/core/domain.h"
#include "reclaim/sync/sync.h"
#include "structures/hash_map/bucket_list.h"
#include "structures/hash_map/node.h"
#include "structures/hash_map/route.h"

namespace reclaim::map_parts {

// Returns the element of the route's order that match() accepts, or null.  Walks through deleted elements as if they were in the
// list; the guard keeps all it can reach.  Writes nothing.  Wait-free but for elements that are inserted meanwhile.
// Precondition: the calling thread is under a guard.
//
// Each element it visits was linked at some moment since it began: a marked link never changes, so it leads to what
// was next when its element was last linked.  A key's newer version stands right behind the older one, which cannot be
// unlinked after it; so a marked element is passed, and the newer version is met if there is one.
template <class Domain, class Match>
element<Domain>* read_through(const route<Domain>& way, Match&& match) {
  static_assert(region_domain<Domain>,
                "read_through() follows the links of deleted elements, which takes a region_domain (its guard keeps all "
                "that it can reach); for this domain use stepwise_search");
  using lead = typename route<Domain>::lead;
  link_word<Domain> word = way.begin().next.load(acquire);  // edges link, unlink, settle
  for (;;) {
    switch (way.of(word)) {
      case lead::beyond: return nullptr;
      case lead::sentinel: word = sentinel_of<Domain>(word)->next.load(acquire); continue;  // edges link, unlink
      case lead::element: break;
    }
    element<Domain>& e = *word.pointer();
    const std::uint64_t position = e.order.get();
    word = e.next.load(acquire);  // edges link, unlink, mark
    if (position == way.order()) [[likely]] {
      if ((word.tag() & marked) == 0 && match(e)) return &e;
    } else if (position > way.order()) {
      return nullptr;
    }
  }
}

// The same for any domain: protects each element in turn, and makes sure that it is still linked.  Where a deleted
// element stands in the way it becomes an update's search, which unlinks what it meets.  Lock-free.
// What it returns is protected by `s`; if it returns null `s` protects nothing.
template <domain Domain, class Retire, class Match>
class stepwise_search {
 public:
  using found = element<Domain>*;
  using shield = typename Domain::shield;
  using word = link_word<Domain>;
  using route = map_parts::route<Domain>;

  stepwise_search(Domain& domain, const route& way, const Match& match, shield& s, Retire retire) noexcept
      : domain_(domain), way_(way), match_(match), s_(s), retire_(retire) {}

  // Throws: what match() throws.
  found run() {
    // Most searches end at the first element, or before it: one shield does, and no guard of our own is needed.
    const sync::atomic<word>& first = way_.begin().next;
    word at = first.load(acquire);  // edges link, unlink, settle
    do {
      const lead where = way_.of(at);
      if (where == lead::beyond) return absent();
      if (where == lead::sentinel) return go_on(at);
    } while (!s_.try_protect(at, first));  // edges link, unlink, settle
    const verdict v = look_at(at);
    if (v == verdict::here) [[likely]] return at.pointer();
    if (v == verdict::absent) return absent();
    return go_on(at);
  }

 private:
  using lead = typename route::lead;
  enum class verdict : unsigned char { here, absent, further, deleted };

  // Precondition: `at` leads to an element that `s_` protects.  Leaves its link in next_, unless it is absent.
  verdict look_at(word at) {
    const element<Domain>& e = *at.pointer();
    const std::uint64_t position = e.order.get();
    if (position > way_.order()) return verdict::absent;
    next_ = e.next.load(acquire);  // edges link, unlink, mark
    if ((next_.tag() & marked) != 0) [[unlikely]] return verdict::deleted;
    return position == way_.order() && match_(e) ? verdict::here : verdict::further;
  }

  // From `at`, which leads to a sentinel, or to an element that is protected and has been looked at.
  [[gnu::noinline]] found go_on(word at) {
    auto guard = domain_.enter();
    shield previous = guard.shield();
    for (;;) {
      if ((at.tag() & to_sentinel) != 0) {
        at = s_.protect(sentinel_of<Domain>(at)->next);  // edges link, unlink; a sentinel's mark is no obstacle to a reader
      } else {
        if ((next_.tag() & marked) != 0) return update(guard);
        previous.swap(s_);
        element<Domain>& e = *at.pointer();
        at = next_;
        if (!s_.try_protect(at, e.next)) return update(guard);  // edges link, unlink, mark
      }
      const lead where = way_.of(at);
      if (where == lead::beyond) return absent();
      if (where == lead::sentinel) continue;
      const verdict v = look_at(at);
      if (v == verdict::here) return at.pointer();
      if (v == verdict::absent) return absent();
    }
  }

  [[gnu::noinline, gnu::cold]] found update(typename Domain::guard& guard) {
    bucket_cursor<Domain, Retire> at(guard, s_, retire_);
    return at.seek(way_, match_) ? &at.current() : absent();
  }

  found absent() noexcept { return s_.reset(), nullptr; }

  Domain& domain_;
  const route& way_;
  const Match& match_;
  shield& s_;
  [[no_unique_address]] Retire retire_;
  word next_;  // what the link of the element looked at was
};

}  // namespace reclaim::map_parts

#endif  // RECLAIM_STRUCTURES_HASH_MAP_LOOK_UP_H
