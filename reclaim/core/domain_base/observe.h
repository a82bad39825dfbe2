// What there is in a domain, and who is in the way.

#ifndef RECLAIM_CORE_DOMAIN_BASE_OBSERVE_H
#define RECLAIM_CORE_DOMAIN_BASE_OBSERVE_H

#include <algorithm>

#include "reclaim/core/domain_base.h"

namespace reclaim {

// What was retired is summed up after what was reclaimed: that had been retired, so that the difference is not negative.
template <class S, class P, class H>
domain_stats domain_base<S, P, H>::sum_up() const noexcept {
  domain_stats sum;
  std::size_t timed = 0;
  std::size_t timed_ns = 0;
  table_.for_each([&](const P& p) {
    sum.reclaimed += p.reclaimed_count.get();
    sum.reclaimed_bytes += p.reclaimed_bytes.get();
    sum.collects += p.collect_count.get();
    sum.heavy_fences += p.heavy_fence_count.get();
    sum.heavy_failures += p.heavy_failure_count.get();
    sum.advances += p.advance_count.get();
    sum.passed += p.passed_count.get();
    sum.held_up += p.held_up_count.get();
    timed += p.timed_count.get();
    timed_ns += p.timed_ns.get();
    sum.participants += p.identity.is_known() ? 1 : 0;
  });
  table_.for_each([&](const P& p) {
    sum.retired += p.retired_count.get();
    sum.retired_bytes += p.retired_bytes.get();
  });
  const auto difference = [](std::size_t of, std::size_t taken) {
    return static_cast<std::ptrdiff_t>(of - taken) > 0 ? of - taken : 0;  // the counts may wrap around
  };
  sum.pending = {difference(sum.retired, sum.reclaimed), difference(sum.retired_bytes, sum.reclaimed_bytes)};
  const double each_ns = timed == 0 ? 0 : static_cast<double>(timed_ns) / static_cast<double>(timed);
  sum.deleter_time = std::chrono::nanoseconds(static_cast<std::int64_t>(each_ns * static_cast<double>(sum.reclaimed)));
  return sum;
}

template <class S, class P, class H>
domain_stats domain_base<S, P, H>::stats() const noexcept {
  domain_stats sum = sum_up();
  ledger_.raise(sum.pending);
  sum.peak = ledger_.peak();
  sum.epoch = scheme().epochs_begun();
  return sum;
}

template <class S, class P, class H>
stall domain_base<S, P, H>::describe(const P& p, const stand& how, const garbage& pending) const noexcept {
  stall s;
  s.at_least = p.watch.age();
  s.is_region = how.is_region;
  s.holds_at_most = pending;
  if (!how.is_region) s.holds_at_most.objects = std::min(how.objects, pending.objects);
  p.identity.write_to(s);
  return s;
}

template <class S, class P, class H>
std::vector<stall> domain_base<S, P, H>::stalls(std::chrono::nanoseconds older_than) {
  std::vector<stall> found;
  self();  // joins, if it has not
  look();
  const garbage pending = sum_up().pending;
  table_.for_each([&](P& p) {
    const stand how = scheme().stands(p);
    p.watch.look(how.at);
    if (how.at != stall_watch::not_in_the_way && p.watch.age() >= older_than) found.push_back(describe(p, how, pending));
  });
  std::sort(found.begin(), found.end(), [](const stall& a, const stall& b) { return a.at_least > b.at_least; });
  return found;
}

// Returns it, or one without a thread if nobody is in the way.
template <class S, class P, class H>
stall domain_base<S, P, H>::longest_stall() noexcept {
  look();
  const P* longest = nullptr;
  stand how;
  table_.for_each([&](P& p) {
    const stand now = scheme().stands(p);
    p.watch.look(now.at);
    if (now.at == stall_watch::not_in_the_way || (longest != nullptr && longest->watch.age() >= p.watch.age())) return;
    longest = &p;
    how = now;
  });
  return longest == nullptr ? stall() : describe(*longest, how, sum_up().pending);
}

}  // namespace reclaim

#endif  // RECLAIM_CORE_DOMAIN_BASE_OBSERVE_H
