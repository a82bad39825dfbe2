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

namespace reclaim::map_parts {

// Returns the element of `order` that match() accepts, or null.  Walks through deleted elements as if they were in the
// list; the guard keeps all it can reach.  Writes nothing.  Wait-free but for elements that are inserted meanwhile.
// Precondition: the calling thread is under a guard, and is_ready(start).
//
// Each element it visits was linked at some moment since it began: a marked link never changes, so it leads to what
// was next when its element was last linked.  A key's newer version stands right behind the older one, which cannot be
// unlinked after it; so a marked element is passed, and the newer version is met if there is one.
template <class Domain, class Match>
element<Domain>* read_through(const sentinel<Domain>& start, std::uint64_t order, Match&& match) {
  static_assert(region_domain<Domain>,
                "read_through() follows the links of deleted elements, which takes a region_domain (its guard keeps all "
                "that it can reach); for this domain use stepwise_search");
  link_word<Domain> word = start.next.load(acquire);  // edges link, unlink, settle
  for (;;) {
    if ((word.tag() & to_sentinel) != 0) {
      const sentinel<Domain>& s = *sentinel_of<Domain>(word);
      if (s.order.get() > order) return nullptr;
      word = s.next.load(acquire);  // edges link, unlink
      continue;
    }
    element<Domain>& e = *word.pointer();
    const std::uint64_t position = e.order.get();
    word = e.next.load(acquire);  // edges link, unlink, mark
    if (position == order) [[likely]] {
      if ((word.tag() & marked) == 0 && match(e)) return &e;
    } else if (position > order) {
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

  stepwise_search(Domain& domain, std::uint64_t order, const Match& match, shield& s, Retire retire) noexcept
      : domain_(domain), order_(order), match_(match), s_(s), retire_(retire) {}

  // Precondition: is_ready(start).  Throws: what match() throws.
  found from(sentinel<Domain>& start) {
    // Most searches end at the first element: one shield does, and no guard of our own is needed.
    word at = s_.protect(start.next);  // edges link, unlink, settle
    if ((at.tag() & to_sentinel) == 0) [[likely]] {
      const verdict first = look_at(at);
      if (first == verdict::here) [[likely]] return at.pointer();
      if (first == verdict::absent) return absent();
    } else if (sentinel_of<Domain>(at)->order.get() > order_) {
      return absent();
    }
    return go_on(start, at);
  }

 private:
  enum class verdict : unsigned char { here, absent, further, deleted };

  // Precondition: `at` leads to an element that `s_` protects.  Leaves its link in next_, unless it is absent.
  verdict look_at(word at) {
    const element<Domain>& e = *at.pointer();
    const std::uint64_t position = e.order.get();
    if (position > order_) return verdict::absent;
    next_ = e.next.load(acquire);  // edges link, unlink, mark
    if ((next_.tag() & marked) != 0) [[unlikely]] return verdict::deleted;
    return position == order_ && match_(e) ? verdict::here : verdict::further;
  }

  // From `at`, which is protected and has been looked at unless it is a sentinel.
  [[gnu::noinline]] found go_on(sentinel<Domain>& start, word at) {
    auto guard = domain_.enter();
    shield previous = guard.shield();
    for (;;) {
      if ((at.tag() & to_sentinel) != 0) {
        sentinel<Domain>& s = *sentinel_of<Domain>(at);
        if (s.order.get() > order_) return absent();
        at = s_.protect(s.next);  // edges link, unlink; a sentinel's mark is no obstacle to a reader
      } else {
        if ((next_.tag() & marked) != 0) return update(start, guard);
        previous.swap(s_);
        element<Domain>& e = *at.pointer();
        at = next_;
        if (!s_.try_protect(at, e.next)) return update(start, guard);  // edges link, unlink, mark
      }
      if ((at.tag() & to_sentinel) != 0) continue;
      const verdict v = look_at(at);
      if (v == verdict::here) return at.pointer();
      if (v == verdict::absent) return absent();
    }
  }

  [[gnu::noinline, gnu::cold]] found update(sentinel<Domain>& start, typename Domain::guard& guard) {
    bucket_cursor<Domain, Retire> at(guard, s_, retire_);
    return at.seek(start, order_, match_) ? &at.current() : absent();
  }

  found absent() noexcept { return s_.reset(), nullptr; }

  Domain& domain_;
  const std::uint64_t order_;
  const Match& match_;
  shield& s_;
  [[no_unique_address]] Retire retire_;
  word next_;  // what the link of the element looked at was
};

}  // namespace reclaim::map_parts

#endif  // RECLAIM_STRUCTURES_HASH_MAP_LOOK_UP_H
