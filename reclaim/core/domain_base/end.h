// Ends what has expired: a few objects for each that is retired, outside the lock.

#ifndef RECLAIM_CORE_DOMAIN_BASE_END_H
#define RECLAIM_CORE_DOMAIN_BASE_END_H

#include <algorithm>
#include <utility>

#include "reclaim/core/domain_base.h"

namespace reclaim {

// The second half of a hand-over, where something has expired: most often it ends as much as was retired.
template <class S, class P, class H>
[[gnu::noinline]] void domain_base<S, P, H>::end_due(P& self, std::size_t weight) noexcept {
  retired_chain due = take_due(self, weight);
  begin_end(self);
  self.lock.disown();
  if (due.holds_one()) [[likely]] {
    end_one(self, due.pop());
    finish_end(self, 1);
  } else {
    end(self, due);
  }
}

// Leaves what no guard can reach any more to whoever collects or drains next.
template <class S, class P, class H>
void domain_base<S, P, H>::leave_expired(P& self) noexcept {
  if (self.keeps) return;
  scheme().hold_back(self);
  outlived_.push(std::move(self.expired));
}

// Takes one object at least, if no guard is found to reach it, and as many as this call is to end.
// Precondition: something has expired.
template <class S, class P, class H>
inline retired_chain domain_base<S, P, H>::take_due(P& self, std::size_t weight) noexcept {
  retired_chain due;
  const std::size_t left_at_last = self.expired.weight() - std::min(self.expired.weight(), self.ends_a_retire * weight);
  std::size_t most = options_.most_reclaims_per_retire;
  do {
    retired* const r = self.expired.pop();
    if (S::is_held(self, r)) [[unlikely]] {
      self.put_back(r);
    } else {
      due.push(r);
    }
  } while (self.expired.weight() > left_at_last && --most != 0);
  return due;
}

// While the lock is held: whoever visits knows then whether deleters run.
template <class S, class P, class H>
inline void domain_base<S, P, H>::begin_end(P& self) noexcept {
  self.is_ending.store(true, relaxed);  // relaxed: ordered by disown()
}

template <class S, class P, class H>
inline void domain_base<S, P, H>::end_one(P& self, retired* r) noexcept {
  const std::size_t bytes = cost_of_retired(r).bytes;
  end_retired(r);
  self.reclaimed_count.add(1);
  self.reclaimed_bytes.add(bytes);
}

// Returns how many have ended.  Precondition: begin_end(), and the lock is not held.
template <class S, class P, class H>
std::size_t domain_base<S, P, H>::end(P& self, retired_chain due) noexcept {
  std::size_t count = 0;
  for (; !due.empty(); ++count) end_one(self, due.pop());
  finish_end(self, count);
  return count;
}

template <class S, class P, class H>
inline void domain_base<S, P, H>::finish_end(P& self, std::size_t count) noexcept {
  self.is_ending.store(false, release);  // edge end-barrier
  if (count != 0) sync::probe::reclaim(this, count);
}

// Of the deleters that have run since the last time, it assumes that they took as long.
template <class S, class P, class H>
std::size_t domain_base<S, P, H>::end_timed(P& self, retired_chain due) noexcept {
  const std::chrono::nanoseconds began = sync::now();
  const std::size_t count = end(self, std::move(due));
  if (count == 0) return 0;
  const auto took = static_cast<double>((sync::now() - began).count());
  const std::size_t reclaimed = self.reclaimed_count.get();
  const auto since = static_cast<double>(reclaimed - std::exchange(self.timed_at, reclaimed));
  self.deleter_ns.add(static_cast<std::size_t>(took * since / static_cast<double>(count)));
  return count;
}

}  // namespace reclaim

#endif  // RECLAIM_CORE_DOMAIN_BASE_END_H
