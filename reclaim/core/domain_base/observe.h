// What there is in a domain, and who is in the way.

#ifndef RECLAIM_CORE_DOMAIN_BASE_OBSERVE_H
#define RECLAIM_CORE_DOMAIN_BASE_OBSERVE_H

#include <algorithm>

#include "reclaim/core/domain_base.h"

namespace reclaim {

// What was retired is counted after what was reclaimed: that had been retired.
template <class S, class P, class H>
turnover domain_base<S, P, H>::count_objects() const noexcept {
  turnover all;
  table_.for_each([&](const P& p) {
    all.reclaimed.objects += p.reclaimed_count.get();
    all.reclaimed.bytes += p.reclaimed_bytes.get();
  });
  table_.for_each([&](const P& p) {
    all.retired.objects += p.retired_count.get();
    all.retired.bytes += p.retired_bytes.get();
  });
  return all;
}

template <class S, class P, class H>
domain_stats domain_base<S, P, H>::stats() const noexcept {
  const turnover objects = count_objects();
  domain_stats sum;
  sum.retired = objects.retired.objects;
  sum.retired_bytes = objects.retired.bytes;
  sum.reclaimed = objects.reclaimed.objects;
  sum.reclaimed_bytes = objects.reclaimed.bytes;
  sum.pending = objects.waiting();
  ledger_.raise(sum.pending);
  sum.peak = ledger_.peak();
  sum.epoch = scheme().epochs_begun();
  std::size_t deleter_ns = 0;
  table_.for_each([&](const P& p) {
    sum.collects += p.collect_count.get();
    sum.heavy_fences += p.heavy_fence_count.get();
    sum.heavy_failures += p.heavy_failure_count.get();
    sum.advances += p.advance_count.get();
    sum.passed += p.passed_count.get();
    sum.held_up += p.held_up_count.get();
    sum.participants += p.identity.is_known() ? 1 : 0;
    deleter_ns += p.deleter_ns.get();
  });
  sum.deleter_time = std::chrono::nanoseconds(static_cast<std::int64_t>(deleter_ns));
  return sum;
}

template <class S, class P, class H>
stall domain_base<S, P, H>::describe(const P& p, const stand& how, const garbage& waiting) const noexcept {
  stall s;
  s.at_least = p.watch.age();
  s.is_region = how.is_region;
  s.holds_at_most = waiting;
  if (!how.is_region) s.holds_at_most.objects = std::min(how.objects, waiting.objects);
  p.identity.write_to(s);
  return s;
}

// Calls visit(participant, how it stands) for each that is in the way.
template <class S, class P, class H>
template <class Visitor>
void domain_base<S, P, H>::for_each_in_the_way(const Visitor& visit) {
  look();
  table_.for_each([&](P& p) {
    const stand how = scheme().stands(p);
    p.watch.look(how.at);
    if (how.at != stall_watch::not_in_the_way) visit(p, how);
  });
}

template <class S, class P, class H>
std::vector<stall> domain_base<S, P, H>::stalls(std::chrono::nanoseconds older_than) {
  std::vector<stall> found;
  const garbage waiting = count_objects().waiting();
  for_each_in_the_way([&](const P& p, const stand& how) {
    if (waiting.objects != 0 && p.watch.age() >= older_than) found.push_back(describe(p, how, waiting));
  });
  std::sort(found.begin(), found.end(), [](const stall& a, const stall& b) { return a.at_least > b.at_least; });
  return found;
}

// Returns who has been in the way for longest, and writes how; or null.
template <class S, class P, class H>
const P* domain_base<S, P, H>::longest_in_the_way(stand& how) noexcept {
  const P* longest = nullptr;
  for_each_in_the_way([&](const P& p, const stand& its) {
    if (longest != nullptr && longest->watch.age() >= p.watch.age()) return;
    longest = &p;
    how = its;
  });
  return longest;
}

}  // namespace reclaim

#endif  // RECLAIM_CORE_DOMAIN_BASE_OBSERVE_H
