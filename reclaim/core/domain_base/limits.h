// Keeps garbage within the domain's limits, as far as guards let it.

#ifndef RECLAIM_CORE_DOMAIN_BASE_LIMITS_H
#define RECLAIM_CORE_DOMAIN_BASE_LIMITS_H

#include <algorithm>

#include "reclaim/core/domain_base.h"

namespace reclaim {

// After a collect, of a domain with limits: the next one is due when the thread has retired its share of what is left.
template <class S, class P, class H>
[[gnu::noinline]] void domain_base<S, P, H>::fit_to_limits(P& self, const garbage& waits) noexcept {
  self.is_pressed = options_.soft_limit.is_over(waits);
  if (self.is_pressed) {
    self.ends_a_retire = options_.most_reclaims_per_retire;
  } else {
    is_breached_.store(false, relaxed);
  }
  std::size_t share = ledger_.grant(self.ledger, waits, options_.hard_limit, table_.size() + 1);  // so that some is left
  if (self.is_pressed) share = std::min(share, options_.objects_per_look());
  if (share == 0 && self.relieves_in_vain) share = options_.objects_per_look();  // guards hold it: to look each time is no use
  self.collect_at = std::min(self.collect_at, self.open.weight() + share);
}

// What a participant is to tell, it or who visits it tells under its lock.
template <class S, class P, class H>
garbage domain_base<S, P, H>::tell(P& self) noexcept {
  if (!self.lock.try_own()) return ledger_.waits();
  const garbage waits = ledger_.tell(self.ledger, self.balance());
  self.lock.disown();
  return waits;
}

template <class S, class P, class H>
void domain_base<S, P, H>::give_back_grant(P& p) noexcept {
  ledger_.tell(p.ledger, p.balance());
  ledger_.give_back(p.ledger);
}

// Where nothing is left of the hard limit, and this retire has ended so many; under no lock, and in no deleter.
template <class S, class P, class H>
[[gnu::noinline]] void domain_base<S, P, H>::keep_limits(P& self, std::size_t ended) noexcept {
  const garbage waits = tell(self);
  const bool is_over = options_.hard_limit.is_over(waits);
  if (is_over && !is_breached_.exchange(true, relaxed) && options_.on_breach != nullptr) {
    options_.on_breach({waits, options_.hard_limit}, options_.breach_context);
  }
  if (options_.when_over == over_limit::carry_on) return;
  if (!is_over) gather(self);  // others have been granted what is left
  const bool waits_for_others = options_.when_over == over_limit::wait && scheme().may_wait();
  const std::size_t most = options_.most_reclaims_per_retire - std::min(options_.most_reclaims_per_retire, ended);
  self.relieves_in_vain = most != 0 && relieve(self, most) == 0 && !waits_for_others;
  if (waits_for_others) wait_for_room(self);
}

template <class S, class P, class H>
void domain_base<S, P, H>::wait_for_room(P& self) noexcept {
  const std::chrono::nanoseconds began = sync::now();
  sync::long_wait wait;
  while (options_.hard_limit.is_over(tell(self)) && sync::now() - began < options_.longest_wait) {
    if (relieve(self, retired_stack::all) == 0) wait.pause();
  }
}

// Returns how many objects were ended, `most` at the most: the thread's own, then also what others have lying there.
template <class S, class P, class H>
std::size_t domain_base<S, P, H>::relieve(P& self, std::size_t most) noexcept {
  std::size_t ended = drain_once(self, most);
  if (ended != 0) return ended;
  gather(self);
  for (int round = 0; round != patience && ended == 0; ++round) ended = drain_once(self, most);
  return ended;
}

}  // namespace reclaim

#endif  // RECLAIM_CORE_DOMAIN_BASE_LIMITS_H
