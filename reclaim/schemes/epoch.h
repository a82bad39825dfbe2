// Epoch-based reclamation.  K. Fraser, "Practical lock-freedom", UCAM-CL-TR-579, 2004, section 5.2.3.
//
// The domain counts epochs.  A thread announces the epoch it read when it pins; the epoch advances only when every
// pinned thread has announced the current one.  Two advances after an object was retired, no guard that could have
// reached it is left.
//
// Synchronization edges (proofs: docs/memory_model.md#epoch)
//   pin-scan     enter(), lock(), repin() light fence <-> collect(), advance() heavy fence   the scan sees the pin, or the pin's reads see the unlink
//   tag-advance  collect() heavy fence    <-> collect() heavy fence   a tag is no older than any advance before the unlink
//   unpin-scan   epochs.h announce(), ~guard(), unlock(), forget_thread() release --> holds_up() acquire       the reader's last access happens-before the advance
//   advance      epochs.h begin_epoch() release --> collect() acquire       ... and so happens-before the object ends
//   epoch-pin    epochs.h begin_epoch() release --> epochs.h announce() acquire  who pins an epoch has seen what led to it

#ifndef RECLAIM_SCHEMES_EPOCH_H
#define RECLAIM_SCHEMES_EPOCH_H

#include <cstddef>
#include <utility>

#include "reclaim/core/domain.h"
#include "reclaim/core/domain_base.h"
#include "reclaim/core/epochs.h"
#include "reclaim/core/grace_period.h"
#include "reclaim/core/guard_base.h"
#include "reclaim/core/region_shield.h"
#include "reclaim/core/retired.h"
#include "reclaim/core/tagged_ptr.h"
#include "reclaim/sync/sync.h"

namespace reclaim {

namespace detail {

// The announcement is first: where the thread's place is, there it is.
struct epoch_participant : epoch_announcement, participant_base {
  epoch around = absent;  // own thread only: the state around its outermost lock(), and one_advance for each inner one
  alignas(sync::cache_line) epoch_limbo limbo;
  epoch tagged = idle;  // the last tag
  unsigned offers = 0;  // of its processor, since then
  const epoch_participant* held_up_by = nullptr;
};

}  // namespace detail

class alignas(2 * sync::cache_line) epoch_domain final : public domain_base<epoch_domain, detail::epoch_participant, struct epoch_hook>,
                           public grace_periods<epoch_domain> {
  using base = domain_base<epoch_domain, detail::epoch_participant, epoch_hook>;
  using participant = detail::epoch_participant;
  using epoch = detail::epoch;

 public:
  using hook = epoch_hook;
  class guard;
  using shield = region_shield<epoch_domain>;

  static constexpr bool protects_regions = true;
  static constexpr const char* name = "epoch";

  // Counts epochs from `first`, one more than a multiple of 8; counting wraps around.
  // Throws: std::bad_alloc; std::invalid_argument for options out of range.
  explicit epoch_domain(const domain_options& options = {}, detail::epoch first = detail::first_epoch)
      : base(options), global_(detail::checked_first(first)) {}

  // Ends all that was retired.  Precondition: no guard lives (checked in debug builds), no thread uses the domain.
  ~epoch_domain() { end_all(); }

  // Begins a read of the calling thread: what it reaches from now on lives until the guard ends.  Guards nest.
  // Wait-free: one thread-local load, three loads, one store, no fence where membarrier is granted; to leave, one store.
  // A thread that was held up when it last retired yields its processor first.  Async-signal-safe once it has joined.
  guard enter(sync::code_location where = sync::code_location::current()) noexcept;

  // A guard that is no scope, as std::rcu_domain has it: the domain is lockable.  unlock() ends what the last lock() of the
  // thread began that has not ended; with guards they nest.  Wait-free.
  // Precondition of unlock(): there is such a lock() (checked in debug builds).
  void lock() noexcept;
  bool try_lock() noexcept { return lock(), true; }
  void unlock() noexcept;

  // Ends the process with one line if `s` was made by a guard of another domain.  Checked in debug builds.
  void check_own(const shield& s) const noexcept { s.check_own(*this); }

 private:
  friend base;
  friend grace_periods<epoch_domain>;
  template <class, class, class, class>
  friend class guard_base;

  // Where a thread stands that enters, and what its state was before: what it goes back to.
  struct standing {
    participant* self;
    epoch before;
  };

  // A light fence must follow.
  void announce(participant& self) noexcept { self.announce(global_); }  // edges epoch-pin, unpin-scan

  // Begins and ends a read of a thread that is idle, and so needs no fence of the processor.
  void pin(participant& self) noexcept {
    announce(self);
    sync::asymmetric_light_fence();  // edge pin-scan
  }
  static void unpin(participant& self) noexcept { self.state.store(detail::idle, release); }  // edge unpin-scan

  // lock() and unlock() of the one domain of which a thread keeps its participant: a guard's loads and stores, not three more.
  friend class rcu_domain;
  void lock_kept() noexcept;
  void unlock_kept() noexcept;
  void lock_and_keep() noexcept;
  void unlock_and_keep() noexcept;
  void keep_reader() noexcept;

  standing enter_slowly() noexcept;
  void lock_slowly() noexcept;
  void unlock_slowly() noexcept;
  static void check_locked(participant& self) noexcept {
    if constexpr (!sync::checks_enabled) return;
    sync::check(detail::is_epoch(self.state.load(relaxed)), "unlock: the thread has not locked the domain");  // relaxed: own word
    --self.guards;
  }

  epoch_domain& of_epochs() noexcept { return *this; }

  void collect_under_lock(participant& self) noexcept;
  void advance() noexcept;
  static bool holds_up(const participant& p, epoch observed) noexcept;
  bool is_announced_by_all(participant& self, epoch observed) const noexcept;
  static void expire(participant& self, epoch now) noexcept { self.limbo.expire(self.expired, now, detail::grace); }
  void hand_on_limbo(participant& self) noexcept { self.limbo.hand_on(aged_); }
  retired_list take_limbo() noexcept { return aged_.take_all(); }
  static retired_list take_limbo(participant& p) noexcept { return p.limbo.take_all(); }
  static bool limbo_is_empty(const participant& p) noexcept { return p.limbo.empty(); }
  static bool is_reading(const participant& p) noexcept { return detail::is_epoch(p.state.load(relaxed)); }  // relaxed: a hint
  stand stands(const participant& p) const noexcept {
    const epoch state = p.state.load(relaxed);  // relaxed, both: for people
    return detail::is_epoch(state) && state != global_.load(relaxed) ? stand{state, true, 0} : stand{};
  }
  std::uint64_t epochs_begun() const noexcept { return global_.load(relaxed) / detail::one_advance; }  // relaxed: for people
  static void give_up_limbo(participant& self) noexcept { self.limbo.give_up(); }
  void adopt_aged(participant& self, epoch now) noexcept;
  static void forget_thread(participant& self) noexcept {
    self.state.store(detail::absent, release);  // edge unpin-scan: the thread has read for the last time
    self.around = detail::absent;
  }

  alignas(sync::cache_line) sync::atomic<epoch> global_;

  alignas(sync::cache_line) detail::aged_lists aged_;
};

struct epoch_hook : retired {};

// While one lives, nothing that its thread can reach ends.  Belongs to the thread that made it; guards of a thread
// end in the reverse order of their making.
class [[nodiscard]] epoch_domain::guard
    : public guard_base<guard, epoch_domain, detail::epoch_participant, epoch_hook> {
 public:
  ~guard() { self().state.store(before_, release); }  // edge unpin-scan; an inner guard repeats what is there

  // Returns room to protect a pointer.  With epochs there is nothing to do: the guard protects.  Wait-free.
  epoch_domain::shield shield() noexcept { return epoch_domain::shield(domain()); }

  // Lets go of all that this thread protects, under this and the guards around it, and goes on as a new guard.
  // When this guard ends, one around it holds up the domain as before: it should repin as well, or end soon.
  // Wait-free.
  void repin() noexcept {
    check_thread();
    domain().announce(self());
    sync::light_fence();  // edge pin-scan
  }

 private:
  friend epoch_domain;

  guard(epoch_domain& domain, participant& self, detail::epoch before, const sync::code_location& where) noexcept
      : guard_base(domain, self, where), before_(before) {}
  guard(epoch_domain& domain, const standing& found, const sync::code_location& where) noexcept
      : guard(domain, *found.self, found.before, where) {}

  const detail::epoch before_;  // the state around this guard: an epoch, if it is not the outermost
};

// One look at the state tells that the thread has joined, is under no guard and needs no fence; another, that it is under
// a guard.
[[gnu::always_inline]] inline epoch_domain::guard epoch_domain::enter(sync::code_location where) noexcept {
  sync::probe::enter(this);
  participant& self = table().near(sync::entry_offset());
  const epoch before = self.state.load(relaxed);  // relaxed: own word
  if (before == detail::idle) [[likely]] {
    pin(self);
    return guard(*this, self, before, where);
  }
  if (detail::is_plain(before)) [[likely]] return guard(*this, self, before, where);
  return guard(*this, enter_slowly(), where);
}

[[gnu::noinline, gnu::cold]] inline epoch_domain::standing epoch_domain::enter_slowly() noexcept {
  participant& self = this->self();
  const epoch before = detail::at_rest(self.state.load(relaxed));  // relaxed: own word
  if (!detail::is_epoch(before)) {
    if (sync::take_detour()) sync::yield();  // under no guard here: who has the processor next is not held up by us
    announce(self);
    sync::light_fence();  // edge pin-scan
  }
  return {&self, before};
}

// Tags what was retired, tries to move the epoch on, and finds what has outlived its grace period.
//
// The order of the two loads is the scheme: the epoch that the scan may end is read before the fence, the tag after.
inline void epoch_domain::collect_under_lock(participant& self) noexcept {
  const epoch observed = detail::observe(global_);  // edges advance, begin-scan
  self.looks_again_soon = false;
  // What was retired in this epoch has its tag, and a guard that is in sight keeps the epoch from moving on.
  if (self.tagged == observed && !is_announced_by_all(self, observed)) return detail::offer_processor(this, self);
  if (!self.heavy_fence()) {  // edges pin-scan, tag-advance; refused: nothing is ordered, nothing ends
    return;
  }
  const epoch tag = global_.load(relaxed);  // relaxed: a tag; what it lets expire ends after `now` is read
  expire(self, tag);
  self.limbo.keep(std::move(self.open), tag);
  if (self.tagged != tag) self.offers = 0;
  self.tagged = tag;
  if (is_announced_by_all(self, observed)) {
    detail::begin_epoch(this, global_, self, observed);
  } else {
    detail::offer_processor(this, self);
  }
  const epoch now = global_.load(acquire);  // edge advance
  expire(self, now);
  adopt_aged(self, now);
}

// Tries to move the epoch on, and no more: also for who is in a deleter, or visited.
inline void epoch_domain::advance() noexcept {
  participant& self = this->self();
  const epoch observed = detail::observe(global_);  // edges advance, begin-scan
  if (!self.heavy_fence()) return;                  // edge pin-scan; refused: nothing is ordered
  if (table().find_if([&](const participant& p) { return holds_up(p, observed); }) == nullptr) detail::begin_epoch(this, global_, self, observed);
}

// Takes over what others tagged two or three advances ago.  By the time it is taken a list may hold what was tagged
// since, if the epoch has moved on: the edge orphan lets the second load see that, and then it is left for the next one.
inline void epoch_domain::adopt_aged(participant& self, epoch now) noexcept {
  if (!self.adopts) return;
  retired_list objects = aged_.take_outlived(now);
  if (objects.empty()) return;
  const epoch still = global_.load(relaxed);  // relaxed: what ends goes by `now`
  if (still == now) return self.expired.splice(std::move(objects));
  aged_.push(std::move(objects), still);  // edge orphan
}

inline bool epoch_domain::holds_up(const participant& p, epoch observed) noexcept {
  const epoch announced = p.state.load(acquire);  // edge unpin-scan
  return detail::is_epoch(announced) && announced != observed;
}

// Looks first at who was in the way the last time: most often that is all.
inline bool epoch_domain::is_announced_by_all(participant& self, epoch observed) const noexcept {
  if (self.held_up_by != nullptr && holds_up(*self.held_up_by, observed)) return false;
  self.held_up_by = table().find_if([&](const participant& p) { return holds_up(p, observed); });
  return self.held_up_by == nullptr;
}

static_assert(region_domain<epoch_domain> && place_domain<epoch_domain>);

}  // namespace reclaim

#include "reclaim/schemes/epoch/lock.h"

#endif  // RECLAIM_SCHEMES_EPOCH_H
