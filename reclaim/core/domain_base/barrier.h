// Waits until all that was retired before has ended.
//
// What waits may be with any participant, and goes from one to another: who ends leaves it behind, who collects adopts it.
// So one thread at a time says that nobody is to adopt, takes over what each participant has, then what lies between
// them, keeps it from visitors, and ends it.
//
// Synchronization edges (proofs: docs/memory_model.md#barrier)
//   own-visit     owner_lock.h try_own() light fence <-> take_over_all() heavy fence   who collects sees that it must not adopt,
//                                                                                      or is found at it, and visited afterwards
//   end-barrier   end.h finish_end() release --> take_over() acquire   deleters that run at the visit happen-before the return

#ifndef RECLAIM_CORE_DOMAIN_BASE_BARRIER_H
#define RECLAIM_CORE_DOMAIN_BASE_BARRIER_H

#include "reclaim/core/domain_base.h"

namespace reclaim {

template <class S, class P, class H>
void domain_base<S, P, H>::barrier() noexcept {
  if (!scheme().may_wait()) sync::fail("barrier: the calling thread is under a guard or in a deleter, and would wait for itself");
  barrier_unless([] { return false; });
}

template <class S, class P, class H>
template <class Condition>
void domain_base<S, P, H>::barrier_unless(const Condition& is_enough) noexcept {
  P& self = this->self();
  sync::long_wait wait;
  // relaxed: lists go from one to the next through their locks.
  while (in_barrier_.exchange(true, relaxed)) {
    if (is_enough()) return;
    wait.pause();
  }
  take_over_all(self);
  for (bool some = true; some && !is_enough();) {
    if (drain_once(self, retired_stack::all) == 0) wait.pause();
    own_lists(self);
    some = !self.open.empty() || !self.expired.empty() || !scheme().limbo_is_empty(self);
    self.lock.disown();
  }
  own_lists(self);
  self.keeps = false;
  if (!options_.reclaims_in_retire) leave_expired(self);
  self.lock.disown();
  in_barrier_.store(false, relaxed);  // relaxed: as above
}

template <class S, class P, class H>
void domain_base<S, P, H>::own_lists(P& self) noexcept {
  sync::long_wait wait;
  while (!self.lock.try_own()) wait.pause();  // a visitor does not stay
}

// Returns with all that was retired before in the lists of `self`, which visitors leave alone.
template <class S, class P, class H>
void domain_base<S, P, H>::take_over_all(P& self) noexcept {
  sync::long_wait wait;
  own_lists(self);
  self.keeps = true;
  self.lock.disown();
  while (!sync::heavy_fence()) wait.pause();  // edge own-visit
  table_.for_each([&](P& p) {
    if (&p != &self) take_over(self, p);
  });
  own_lists(self);
  self.open.splice(orphans_.take_all());
  self.open.splice(scheme().take_limbo());
  self.expired.splice(outlived_.take_all());
  self.lock.disown();
}

// Stays inside until the deleters that run there have run: no others begin meanwhile.
template <class S, class P, class H>
void domain_base<S, P, H>::take_over(P& self, P& p) noexcept {
  sync::long_wait wait;
  while (!p.lock.announce(&self)) wait.pause();
  while (!sync::heavy_fence()) wait.pause();  // edge own-visit
  while (!p.lock.try_enter()) wait.pause();
  while (p.is_ending.load(acquire)) wait.pause();  // edge end-barrier
  own_lists(self);
  scheme().hold_back(p);
  self.open.splice(std::move(p.open));
  self.open.splice(scheme().take_limbo(p));
  self.expired.splice(std::move(p.expired));
  self.lock.disown();
  give_back_grant(p);
  p.start_over(options_, options_.until_first_collect());
  p.lock.leave();
}

}  // namespace reclaim

#endif  // RECLAIM_CORE_DOMAIN_BASE_BARRIER_H
