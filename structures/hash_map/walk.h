// A walk over all elements, while others insert and erase.

#ifndef RECLAIM_STRUCTURES_HASH_MAP_WALK_H
#define RECLAIM_STRUCTURES_HASH_MAP_WALK_H

#include <cstdint>

#include "reclaim/core/domain.h"
#include "structures/hash_map/bucket_list.h"
#include "structures/hash_map/node.h"

namespace reclaim::map_parts {

// Remembers how far a walk has come, so that it can go on when the ground under it is erased.
//
// The last element visited stays protected: in a run of equal orders only its key tells what has been visited.
// Its shield is the cursor's previous one as long as the cursor stands right behind it.
template <domain Domain, class Owner>
class list_walk {
 public:
  using cursor = bucket_cursor<Domain, Owner>;

  list_walk(typename Domain::guard& g, typename Domain::shield& current, Owner owner) noexcept
      : at_(g, current, owner), last_shield_(g.shield()) {}

  // Calls decide(e) for every element on the route, and erases e if that returns true; then calls erased().
  // entrance_for(order) names a ready sentinel at or before `order`; same_key(a, b) compares.  O(elements).
  template <class EntranceFor, class SameKey, class Decide, class Erased>
  void run(const route<Domain>& all, EntranceFor entrance_for, SameKey same_key, Decide decide, Erased erased) {
    std::uint64_t reached = 0;
    at_.start(all.begin());
    for (;;) {
      const typename cursor::stop stop = at_.rest(all);
      if (stop == cursor::stop::beyond) return;
      if (stop == cursor::stop::lost) {
        keep_last();
        at_.start(entrance_for(reached));
        continue;
      }
      element<Domain>& e = at_.current();
      reached = at_.order_of(e);
      if (was_visited(e, same_key)) {
        keep_last();
        at_.pass();
      } else if (!decide(e)) {
        last_ = &e;
        at_.pass();
        is_last_previous_ = true;
      } else if (at_.mark()) {
        erased();  // the next rest() unlinks it
      }
    }
  }

 private:
  template <class SameKey>
  bool was_visited(const element<Domain>& e, SameKey same_key) const {
    if (last_ == nullptr || at_.order_of(e) > at_.order_of(*last_)) return false;
    return at_.order_of(e) < at_.order_of(*last_) || same_key(e, *last_);
  }

  // The cursor is about to use its previous shield for something else.
  void keep_last() noexcept {
    if (is_last_previous_) at_.swap_previous(last_shield_);
    is_last_previous_ = false;
  }

  cursor at_;
  typename Domain::shield last_shield_;
  const element<Domain>* last_ = nullptr;
  bool is_last_previous_ = false;
};

}  // namespace reclaim::map_parts

#endif  // RECLAIM_STRUCTURES_HASH_MAP_WALK_H
