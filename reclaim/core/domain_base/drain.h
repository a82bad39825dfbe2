// Ends what all participants have, without waiting for guards; or for so long.

#ifndef RECLAIM_CORE_DOMAIN_BASE_DRAIN_H
#define RECLAIM_CORE_DOMAIN_BASE_DRAIN_H

#include "reclaim/core/domain_base.h"

namespace reclaim {

// Visits the other participants and takes what they have, as far as they are not busy with it.
template <class S, class P, class H>
void domain_base<S, P, H>::gather(P& visitor) noexcept {
  table_.for_each([&](P& p) {
    if (&p != &visitor) p.lock.announce(&visitor);
  });
  const bool is_ordered = sync::heavy_fence();  // edge own-visit
  table_.for_each([&](P& p) {
    if (&p == &visitor || !p.lock.is_announced(&visitor)) return;
    if (is_ordered && p.lock.try_enter() && !p.keeps) hand_on(p);
    p.lock.leave();
  });
}

// Returns how many were ended.
template <class S, class P, class H>
std::size_t domain_base<S, P, H>::drain_once(P& self, std::size_t most) noexcept {
  if (!self.lock.try_own()) return 0;
  collect(self, retired_stack::all);
  scheme().hold_back(self);
  retired_chain due;
  if (most == retired_stack::all) {
    due = retired_chain(std::move(self.expired));
  } else {
    due.take(self.expired, most);
  }
  begin_end(self);
  self.lock.disown();
  return end_timed(self, std::move(due));
}

template <class S, class P, class H>
std::size_t domain_base<S, P, H>::drain() noexcept {
  P& self = this->self();
  if (self.is_ending.load(relaxed)) return pending();  // in a deleter: whoever runs it goes on when it returns
  if (pending() == 0) return 0;
  gather(self);
  sync::backoff backoff;
  for (int idle = 0; idle != patience && pending() != 0;) {
    if (drain_once(self, retired_stack::all) != 0) {
      idle = 0;
    } else if (++idle > 2) {
      backoff.pause();
    }
  }
  return pending();
}

template <class S, class P, class H>
drain_result domain_base<S, P, H>::drain_until(std::chrono::steady_clock::time_point deadline) noexcept {
  sync::long_wait wait;
  const P* holder = nullptr;
  stand how;
  while (drain() != 0) {
    holder = longest_in_the_way(how);
    if (!scheme().may_wait() || std::chrono::steady_clock::now() >= deadline) break;
    wait.pause();
  }
  const garbage left = count_objects().waiting();
  if (left.objects == 0 || holder == nullptr) return {left, false, {}};
  return {left, true, describe(*holder, how, left)};
}

template <class S, class P, class H>
std::size_t domain_base<S, P, H>::reclaim_some(std::size_t most) noexcept {
  P& self = this->self();
  if (self.is_ending.load(relaxed) || !self.lock.try_own()) return 0;  // relaxed: own word
  if (self.expired.empty() && !in_barrier_.load(relaxed)) self.expired.splice(outlived_.take(most));
  if (self.expired.empty()) collect(self, retired_stack::all);
  scheme().hold_back(self);
  retired_chain due;
  due.take(self.expired, most);
  if (!options_.reclaims_in_retire) leave_expired(self);
  begin_end(self);
  self.lock.disown();
  return end_timed(self, std::move(due));
}

}  // namespace reclaim

#endif  // RECLAIM_CORE_DOMAIN_BASE_DRAIN_H
