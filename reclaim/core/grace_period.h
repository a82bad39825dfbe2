// Grace periods: all guards that are there when one begins have ended when it is over.
//
// Synchronization edges (proofs: docs/memory_model.md#grace_period)
//   begin-scan   start_poll() release --> epochs.h observe() acquire    who scans after an advance has seen what was
//                                                                     done before the grace period began
//   advance      epochs.h begin_epoch() release --> poll() acquire   the guards' last accesses happen-before its end

#ifndef RECLAIM_CORE_GRACE_PERIOD_H
#define RECLAIM_CORE_GRACE_PERIOD_H

#include <cstdint>

#include "reclaim/core/epochs.h"
#include "reclaim/sync/sync.h"

namespace reclaim {

// A grace period that has begun.  Plain data: may be copied, and forgotten.
class grace_period {
 private:
  template <class>
  friend class grace_periods;
  explicit grace_period(detail::epoch last) noexcept : last_(last) {}

  bool is_over(detail::epoch now) const noexcept { return static_cast<std::int64_t>(now - last_) >= 0; }

  detail::epoch last_;
};

// What domains of regions can tell about them.  Derived has of_epochs(), the domain whose epochs they are.
template <class Derived>
class grace_periods {
 public:
  // Begins one.  Wait-free: one read-modify-write; any thread, also under a guard, which then is one of those that have to end.
  grace_period start_poll() noexcept {
    return grace_period(of_epochs().global_.fetch_add(0, release) + detail::grace);  // edge begin-scan
  }

  // Returns whether it is over; if it is not, tries to bring that about.  What was done under guards that had to end
  // happens-before the return of true.  Lock-free; O(participants), and a heavy fence.  Any thread; under a guard which has
  // to end, or while the kernel refuses the fence, it returns false.
  bool poll(grace_period period) noexcept {
    if (period.is_over(of_epochs().global_.load(acquire))) return true;  // edge advance
    of_epochs().advance();
    return period.is_over(of_epochs().global_.load(acquire));  // edge advance
  }

  // Waits until all guards that are there have ended.  It says nothing about what was retired: that is barrier().
  // Precondition: the calling thread is under no guard of the domain (else the process ends with one line).
  // Blocking; any thread, also in a deleter, if that runs under no guard.
  void synchronize() noexcept {
    auto& domain = of_epochs();
    if (domain.is_reading(domain.self())) sync::fail("synchronize: the calling thread is under a guard, and would wait for itself");
    sync::long_wait wait;
    for (const grace_period period = start_poll(); !poll(period);) wait.pause();
  }

 private:
  auto& of_epochs() noexcept { return static_cast<Derived&>(*this).of_epochs(); }
};

}  // namespace reclaim

#endif  // RECLAIM_CORE_GRACE_PERIOD_H
