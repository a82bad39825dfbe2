// The epochs of a domain: what a participant announces, and what waits for its grace period.
//
// What is retired is tagged with the domain's epoch.  Two advances later no guard is left that announced an epoch in which
// the object could be reached.

#ifndef RECLAIM_CORE_EPOCHS_H
#define RECLAIM_CORE_EPOCHS_H

#include <cstdint>
#include <iterator>
#include <stdexcept>
#include <utility>

#include "reclaim/core/retired.h"
#include "reclaim/core/retired_stack.h"
#include "reclaim/sync/sync.h"

namespace reclaim::detail {

// A participant's state: the epoch that it announces, or why it announces none.  Epochs leave a rest of 1 when divided
// by 8, so that they may wrap around and no other state is one of them.
using epoch = std::uint64_t;
inline constexpr epoch first_epoch = 1;
inline constexpr epoch one_advance = 8;
inline constexpr epoch grace = 2 * one_advance;  // the proof in docs/memory_model.md#epoch is about this number
inline constexpr epoch idle = 0;                 // joined, under no guard, and fences are asymmetric: most of the time
inline constexpr epoch idle_fenced = 2;          // joined, under no guard, and fences are symmetric
inline constexpr epoch absent = 6;               // not joined
inline constexpr epoch in_region = 4;            // added to an epoch, in a domain that protects by slots as well

inline constexpr bool is_epoch(epoch state) noexcept { return (state & 3) == first_epoch; }
inline constexpr bool is_plain(epoch state) noexcept { return (state & 2) == 0; }  // idle, or an epoch
inline constexpr bool is_in_region(epoch state) noexcept { return (state & 7) == first_epoch + in_region; }
inline constexpr epoch epoch_of(epoch state) noexcept { return state & ~in_region; }

// Returns `first`.  Throws: std::invalid_argument if a domain cannot count epochs from it.
inline epoch checked_first(epoch first) {
  if (epoch_of(first) != first || !is_epoch(first)) {
    sync::raise(std::invalid_argument("a domain's first epoch must be one more than a multiple of 8"),
                "a domain's first epoch is none");
  }
  return first;
}

// What a thread that enters under no guard goes back to, when its state is `before`.
inline epoch at_rest(epoch before) noexcept {
  if (before != absent) return before;
  return sync::is_asymmetric() ? idle : idle_fenced;
}

// Written by its thread, read by every scan; alone on its line, else each scan would slow the owner's next store.
struct alignas(sync::cache_line) epoch_announcement {
  // Announces the domain's epoch, and what stands beside it.  By its thread.  Wait-free: a load and a store.
  // store release: a scan may read it in place of the end of an earlier read, and a release sequence ends at a plain store.
  void announce(const sync::atomic<epoch>& global, epoch beside = 0) noexcept {
    state.store(global.load(acquire) | beside, release);  // edges epoch-pin, unpin-scan of the scheme
  }

  sync::atomic<epoch> state{absent};
};

// The epoch that a scan may end: what a heavy fence must follow, and then the scan.  Wait-free: one load.
inline epoch observe(const sync::atomic<epoch>& global) noexcept {
  return global.load(acquire);  // edges advance, begin-scan of the scheme
}

// Tagged lists that were handed on, by tag.  While G is the epoch there may be those of G, of the one before, and of the
// two before those, which have outlived their grace period.
class aged_lists {
 public:
  void push(retired_list&& objects, epoch tag) noexcept { of(tag).push(std::move(objects)); }

  // Returns what was tagged two or three advances before `now`, if that is still the epoch when it has been taken: else
  // what was tagged since may be among it.
  retired_list take_outlived(epoch now) noexcept {
    retired_list objects = of(now - grace).take_all();
    objects.splice(of(now - grace - one_advance).take_all());
    return objects;
  }

  retired_list take_all() noexcept {
    retired_list all;
    for (retired_stack& list : lists_) all.splice(list.take_all());
    return all;
  }

 private:
  retired_stack& of(epoch tag) noexcept { return lists_[tag / one_advance % std::size(lists_)]; }

  retired_stack lists_[4];
};

// A participant's retired objects that wait for their grace period.  Tags that wait are the epoch or the one before.
class epoch_limbo {
 public:
  // Precondition: what outlived its grace period before epoch `tag` is no longer here.
  void keep(retired_list&& objects, epoch tag) noexcept {
    tagged_list& list = lists_[tag / one_advance % std::size(lists_)];
    list.tag = tag;
    list.objects.splice(std::move(objects));
  }

  // Moves to `expired` what was tagged `age` before `now`, or earlier.
  void expire(retired_list& expired, epoch now, epoch age) noexcept {
    for (tagged_list& list : lists_) {
      if (now - list.tag >= age) expired.splice(std::move(list.objects));
    }
  }

  retired_list take_all() noexcept {
    retired_list all;
    for (tagged_list& list : lists_) all.splice(std::move(list.objects));
    return all;
  }

  bool empty() const noexcept { return lists_[0].objects.empty() && lists_[1].objects.empty(); }

  void hand_on(aged_lists& aged) noexcept {
    for (tagged_list& list : lists_) aged.push(std::move(list.objects), list.tag);
  }

  // Forgets all of them, as they are.
  void give_up() noexcept {
    for (tagged_list& list : lists_) list.objects.give_up();
  }

 private:
  struct tagged_list {
    epoch tag = first_epoch;
    retired_list objects;
  };
  tagged_list lists_[2];
};

// Begins the epoch after `observed`, if nobody has; for who has found that it may.  Returns whether it was this thread.
template <class Participant>
bool begin_epoch(const void* domain, sync::atomic<epoch>& global, Participant& self, epoch observed) noexcept {
  const epoch next = observed + one_advance;
  if (!global.compare_exchange_strong(observed, next, release, relaxed)) return false;  // edges advance, epoch-pin
  self.advance_count.add(1);
  sync::probe::advance(domain, next / one_advance);
  return true;
}

// The thread that holds the epoch up may wait for the processor of this one.  It is offered it when this one is next under
// no guard, so that this one does not hold up others meanwhile; and this one soon looks again.
// Participant: a participant_base with a state, `held_up_by`, and `offers`: how often it has done so in this epoch.
template <class Participant>
void offer_processor(const void* domain, Participant& self) noexcept {
  self.held_up_count.add(1);
  sync::probe::stall(domain, self.held_up_by);
  if (self.held_up_by != nullptr) self.held_up_by->watch.look(self.held_up_by->state.load(relaxed));  // relaxed: for people
  constexpr unsigned most_offers = 16;  // in one epoch: who sleeps under its guard takes none
  if (self.offers == most_offers) return;
  ++self.offers;
  self.looks_again_soon = true;
  if (is_epoch(self.state.load(relaxed))) sync::ask_for_detour();  // relaxed: own word
}

}  // namespace reclaim::detail

#endif  // RECLAIM_CORE_EPOCHS_H
