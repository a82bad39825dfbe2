// How a reader finds an element, in the two ways that domains allow.
//
// Synchronization edges (proofs: docs/memory_model.md#hash_map)
//   link     bucket_list.h insert(), replace() release   --> read_through(), step_through() acquire   an element is seen whole
//   unlink   bucket_list.h unlink() release              --> read_through(), step_through() acquire   passes `link` on
//   mark     bucket_list.h mark() release                --> read_through(), step_through() acquire   who finds an element
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
                "that it can reach); for this domain use step_through()");
  link_word<Domain> word = start.next.load(acquire);  // edges link, unlink
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

// The same for any domain: protects each element in turn, and makes sure that it is still linked.  Unlinks deleted
// elements that stand in the way.  What it returns is protected by `s`; if it returns null `s` protects nothing.
template <class Domain, class Retire, class Match>
element<Domain>* step_through(Domain& domain, sentinel<Domain>& start, std::uint64_t order, Match&& match,
                              typename Domain::shield& s, Retire retire) {
  // Most searches end at the first element; that takes one shield, and no guard of our own.
  const link_word<Domain> first = s.protect(start.next);  // edges link, unlink
  if ((first.tag() & to_sentinel) == 0) {
    element<Domain>& e = *first.pointer();
    const std::uint64_t position = e.order.get();
    if (position == order && (e.next.load(acquire).tag() & marked) == 0 && match(e)) return &e;  // edge mark
    if (position > order) return s.reset(), nullptr;
  } else if (sentinel_of<Domain>(first)->order.get() > order) {
    return s.reset(), nullptr;
  }
  auto guard = domain.enter();
  bucket_cursor<Domain, Retire> at(guard, s, retire);
  if (at.seek(start, order, match)) return &at.current();
  return s.reset(), nullptr;
}

}  // namespace reclaim::map_parts

#endif  // RECLAIM_STRUCTURES_HASH_MAP_LOOK_UP_H
