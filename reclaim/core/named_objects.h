// What hazards named when a participant last read them, and what therefore must not end yet.

#ifndef RECLAIM_CORE_NAMED_OBJECTS_H
#define RECLAIM_CORE_NAMED_OBJECTS_H

#include <utility>

#include "reclaim/core/address_set.h"
#include "reclaim/core/retired.h"

namespace reclaim {

// Belongs to one thread at a time.  Where hazards are few it remembers them, and the objects are looked up one by one as
// their turn to end comes, so that no retire walks a long list.
class named_objects {
 public:
  // Whether a hazard named *r.  O(hazards that are remembered).
  bool contains(const retired* r) const noexcept { return !list_.empty() && list_.contains(key_of_retired(r)); }

  // Remembers nothing: what is in `expired` no hazard can name.
  void clear() noexcept { list_.clear(); }

  // Moves `candidates` to `expired`, and to `kept` what of both is known to be named; some may still be, and contains()
  // says which.  Scan: calls its argument with the address of each hazard.  O(hazards), if they are few; else
  // O(hazards + objects * hazards / 256).
  template <class Scan>
  void look_up(Scan&& scan, retired_list&& candidates, retired_list& expired, retired_list& kept) noexcept {
    address_list named;
    bool are_few = true;
    scan([&](const void* address) {
      if (named.full()) {
        are_few = false;
      } else {
        named.insert(address);
      }
    });
    if (!are_few) return look_up_among_many(scan, std::move(candidates), expired, kept);
    list_ = named;
    expired.splice(std::move(candidates));
  }

  // Moves what contains() to `kept`.  O(objects).
  void hold_back(retired_list& expired, retired_list& kept) const noexcept {
    if (list_.empty()) return;
    expired.move_to(kept, [&](const retired* r) { return list_.contains(key_of_retired(r)); });
  }

 private:
  // Looks all candidates up in a set of fixed size; where the hazards do not fit, in one set after another.
  template <class Scan>
  [[gnu::noinline]] void look_up_among_many(Scan&& scan, retired_list&& fresh, retired_list& expired,
                                            retired_list& kept) noexcept {
    retired_list candidates(std::move(expired));  // which nobody has looked up yet
    candidates.splice(std::move(fresh));
    address_set hazards;
    const auto hold_back = [&] {
      candidates.move_to(kept, [&](const retired* r) { return hazards.contains(key_of_retired(r)); });
      hazards = address_set();
    };
    scan([&](const void* address) {
      if (hazards.full()) hold_back();
      hazards.insert(address);
    });
    hold_back();
    list_.clear();
    expired.splice(std::move(candidates));
  }

  address_list list_;
};

}  // namespace reclaim

#endif  // RECLAIM_CORE_NAMED_OBJECTS_H
