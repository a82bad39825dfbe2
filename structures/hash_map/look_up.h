// How a reader finds an element, in the two ways that domains allow.
//
// Synchronization edges (proofs: docs/memory_model.md#hash_map)
//   link     bucket_list.h insert(), replace() release   --> read_from(), run(), go_on() acquire   an element is seen whole
//   unlink   bucket_list.h unlink() release              --> read_from(), run(), go_on() acquire   passes `link` on
//   mark     bucket_list.h mark() release                --> read_from(), go_on() acquire   who finds an element erased
//                                                            sees what its eraser did before

#ifndef RECLAIM_STRUCTURES_HASH_MAP_LOOK_UP_H
#define RECLAIM_STRUCTURES_HASH_MAP_LOOK_UP_H

#include <cstdint>

#include "reclaim/core/domain.h"
#include "reclaim/sync/sync.h"
#include "structures/hash_map/bucket_list.h"
#include "structures/hash_map/node.h"
#include "structures/hash_map/route.h"

namespace reclaim::map_parts {

template <class Domain, class Match, class Owner>
element<Domain>* read_past_sentinels(route<Domain> way, link_word<Domain> word, Match match, Owner owner);

// From `word` on; see read_through().  Only where it PassesSentinels it is a loop around the loop: in a call, then, which
// leaves the registers to the others.
template <class Domain, bool PassesSentinels, class Match, class Owner>
[[gnu::always_inline]] inline element<Domain>* read_from(const route<Domain>& way, link_word<Domain> word, const Match& match,
                                                        const Owner& owner) {
  for (;;) {
    while (way.is_close(word)) {
      if (way.may_pass(word)) {
        word = word.pointer()->next.load(acquire);  // edges link, unlink, mark
        continue;
      }
      element<Domain>& e = *word.pointer();
      const bool may_be_it = owner.may_be_of(way.order(), e);
      word = e.next.load(acquire);  // edges link, unlink, mark
      if (may_be_it && (word.tag() & marked) == 0 && match(e)) [[likely]] return &e;
      if (owner.order_of(e) > way.order()) return nullptr;
    }
    if (way.is_beyond(word)) [[likely]] return nullptr;
    if constexpr (!PassesSentinels) return read_past_sentinels(way, word, match, owner);
    word = sentinel_of<Domain>(word)->next.load(acquire);  // edges link, unlink
  }
}

template <class Domain, class Match, class Owner>
[[gnu::noinline, gnu::cold]] element<Domain>* read_past_sentinels(route<Domain> way, link_word<Domain> word, Match match,
                                                                  Owner owner) {
  return read_from<Domain, true>(way, word, match, owner);
}

// Returns the element of the route's order that match() accepts, or null.  Walks through deleted elements as if they were in the
// list; the guard keeps all it can reach.  Writes nothing.  Wait-free but for elements that are inserted meanwhile.
// Precondition: the calling thread is under a guard.
//
// Each element it visits was linked at some moment since it began: a marked link never changes, so it leads to what
// was next when its element was last linked.  A key's newer version stands right behind the older one, which cannot be
// unlinked after it; so a marked element is passed, and the newer version is met if there is one.
template <class Domain, class Match, class Owner>
[[gnu::always_inline]] inline element<Domain>* read_through(const route<Domain>& way, const Match& match, const Owner& owner) {
  static_assert(region_domain<Domain>,
                "read_through() follows the links of deleted elements, which takes a region_domain (its guard keeps all "
                "that it can reach); for this domain use stepwise_search");
  return read_from<Domain, false>(way, way.first(), match, owner);
}

// The same for any domain: protects each element in turn, and makes sure that it is still linked.  Where a deleted
// element stands in the way, or a sentinel, it becomes an update's search, which unlinks what it meets.  Lock-free.
//
// Owner: as for bucket_cursor; and knows the domain(), and the route_to() an order.
template <domain Domain, class Owner, class Match>
class stepwise_search {
 public:
  using found = element<Domain>*;
  using shield = typename Domain::shield;
  using word = link_word<Domain>;
  using route = map_parts::route<Domain>;

  // Calls use(element) if there is one, which is protected until that returns.  Returns whether there is.
  // Throws: what match() or use() throws.
  //
  // Sentinels never end, so it takes no guard to see at one that nothing of the order follows.
  template <class Use>
  [[gnu::always_inline]] static bool visit(const route& way, const Match& match, Owner owner, Use&& use) {
    if (!way.is_close(way.first())) {
      if (way.is_beyond(way.first())) [[likely]] return false;
      return visit_slowly(way.order(), match, owner, use);
    }
    return under_plain_guard(
        owner.domain(), [&](auto& guard) __attribute__((always_inline)) { return visit(guard, way, match, owner, use); },
        [&] { return visit_out_of_line(way, match, owner, use); });
  }

  // Returns the element, protected by `s`; or null, and then `s` may protect another.  Throws: what match() throws.
  [[gnu::always_inline]] static found run(const route& way, const Match& match, shield& s, Owner owner) {
    const auto another = [&] { return owner.domain().enter(); };
    const auto again = [&] { return begin_again(way, match, s, owner); };
    if (way.is_close(way.first())) return run_from(way.first(), way, match, s, owner, another, again);
    if (way.is_beyond(way.first())) [[likely]] return nullptr;
    return again();
  }

 private:
  enum class verdict : unsigned char { here, absent, further, lost };  // lost: who goes on searches again

  // From the entrance, whose link was `at`, which is close.
  //
  // Most searches end at the first element: one shield does, and it takes no guard to make another.  Enter: returns one.  Again:
  // what to do where a deleted element or a sentinel stands in the way.
  template <class Shield, class Enter, class Again>
  [[gnu::always_inline]] static found run_from(word at, const route& way, const Match& match, Shield& s, Owner owner,
                                               const Enter& enter, const Again& again) {
    while (!s.try_protect(at, way.begin().next)) {  // edges link, unlink, settle
      if (way.is_close(at)) continue;
      if (way.is_beyond(at)) return nullptr;
      return again();
    }
    word next;
    const verdict v = look_at(way, match, owner, at, next);
    if (v == verdict::further) [[unlikely]] return go_on(way, match, s, owner, at, next, enter, again);
    return v == verdict::here ? at.pointer() : nullptr;
  }

  // Makes `next` what the element's link is.  Precondition: `at` leads to an element that is protected.
  [[gnu::always_inline]] static verdict look_at(const route& way, const Match& match, const Owner& owner, word at,
                                                word& next) {
    const element<Domain>& e = *at.pointer();
    next = e.next.load(relaxed);  // relaxed: not followed before the reload agrees
    if (way.may_pass(at)) return verdict::further;  // which waits for nothing of the element
    const bool is_erased = (next.tag() & marked) != 0;  // and then who goes on searches again
    if (owner.may_be_of(way.order(), e) && !is_erased && match(e)) return verdict::here;
    return owner.order_of(e) > way.order() ? verdict::absent : verdict::further;
  }

  // Hand over hand, from `at`, which leads to an element that is protected and led to `next` when it was looked at.
  template <class Shield, class Enter, class Again>
  [[gnu::always_inline]] static found go_on(const route& way, const Match& match, Shield& s, Owner owner, word at,
                                            word next, const Enter& enter, const Again& again) {
    auto&& guard = enter();
    auto previous = guard.shield();
    element<Domain>* here = at.pointer();
    // Straight on where the element stands before the order: a hop waits for a load, unless its instructions and the branches
    // that it takes are many; and twice as soon where two threads share a core.
    const auto hop = [&](auto& to) __attribute__((always_inline)) {
      if ((next.tag() & marked) != 0) [[unlikely]] return verdict::lost;
      if (!to.try_protect(next, here->next)) [[unlikely]] return verdict::lost;  // edges link, unlink, mark
      if (!way.is_close(next)) [[unlikely]] return way.is_beyond(next) ? verdict::absent : verdict::lost;
      here = next.pointer();
      const bool may_pass = way.may_pass(next);
      next = here->next.load(relaxed);  // relaxed: not followed before the reload agrees
      if (may_pass) [[unlikely]] return verdict::further;
      if (owner.order_of(*here) < way.order()) [[likely]] return verdict::further;
      if (owner.order_of(*here) > way.order()) return verdict::absent;
      return (next.tag() & marked) == 0 && match(*here) ? verdict::here : verdict::further;
    };
    verdict v;
    for (;;) {  // two hops a turn, so that no shields need to be swapped
      if ((v = hop(previous)) != verdict::further) [[unlikely]] {
        previous.swap(s);
        break;
      }
      if ((v = hop(s)) != verdict::further) [[unlikely]] break;
    }
    if (v == verdict::here) return here;
    if (v == verdict::absent) return nullptr;
    return again();
  }

  template <class Guard, class Use>
  [[gnu::always_inline]] static bool visit(Guard& guard, const route& way, const Match& match, Owner owner, Use& use) {
    auto s = guard.shield();
    const auto same = [&]() -> auto& { return guard; };
    bool is_lost = false;
    const auto give_up = [&]() -> found { return is_lost = true, nullptr; };
    found const e = run_from(way.first(), way, match, s, owner, same, give_up);
    if (is_lost) [[unlikely]] return visit_slowly(way.order(), match, owner, use);
    if (e == nullptr) return false;
    use(*e);
    return true;
  }

  // In a guard, perhaps, of the same thread.
  template <class Use>
  [[gnu::noinline]] static bool visit_out_of_line(route way, Match match, Owner owner, Use& use) {
    auto guard = owner.domain().enter();
    return visit(guard, way, match, owner, use);
  }

  // Where a sentinel or a deleted element stands in the way.
  template <class Use>
  [[gnu::noinline, gnu::cold]] static bool visit_slowly(std::uint64_t order, Match match, Owner owner, Use& use) {
    auto guard = owner.domain().enter();
    shield s = guard.shield();
    found const e = update(guard, order, match, s, owner);
    if (e == nullptr) return false;
    use(*e);
    return true;
  }

  // With a guard, a shield and a route of its own, and copies: what no call has the address of lives in registers.
  [[gnu::always_inline]] static found begin_again(const route& way, const Match& match, shield& s, Owner owner) {
    auto guard = owner.domain().enter();
    shield found_by = guard.shield();
    found const e = update(guard, way.order(), match, found_by, owner);
    s.swap(found_by);
    return e;
  }
  [[gnu::noinline, gnu::cold]] static found update(typename Domain::guard& guard, std::uint64_t order, Match match,
                                                   shield& s, Owner owner) {
    bucket_cursor<Domain, Owner> at(guard, s, owner);
    if (at.seek(owner.route_to(order), match)) return &at.current();
    return nullptr;
  }
};

}  // namespace reclaim::map_parts

#endif  // RECLAIM_STRUCTURES_HASH_MAP_LOOK_UP_H
