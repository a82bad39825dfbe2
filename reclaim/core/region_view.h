// A domain of shields, as a domain of regions: for containers that follow links without validating each step.

#ifndef RECLAIM_CORE_REGION_VIEW_H
#define RECLAIM_CORE_REGION_VIEW_H

#include <cstddef>

#include "reclaim/core/epochs.h"
#include "reclaim/core/grace_period.h"
#include "reclaim/core/guard_base.h"
#include "reclaim/core/region_shield.h"
#include "reclaim/core/retire_forms.h"
#include "reclaim/core/retired.h"
#include "reclaim/sync/sync.h"

namespace reclaim {

// The guards of a view protect all that they reach, and hold up the domain while they do.  Objects may be retired through
// either.  Domain: has enter_region(Participant&), which returns the state to go back to; leave(Participant&, state);
// repin(Participant&).
template <class Domain, class Participant, class Hook>
class region_view : public retire_forms<region_view<Domain, Participant, Hook>, Hook>,
                    public grace_periods<region_view<Domain, Participant, Hook>> {
 public:
  using hook = Hook;
  class guard;
  using shield = region_shield<region_view>;

  static constexpr bool protects_regions = true;
  static constexpr const char* name = "regions";

  region_view(const region_view&) = delete;
  region_view& operator=(const region_view&) = delete;

  // Begins a read of the calling thread: what it reaches from now on, beginning at a root, lives until the guard ends.
  // Guards nest, also with those of the domain.  Wait-free: one thread-local load, three loads, one store, no fence where
  // membarrier is granted; to leave, one store.
  guard enter(sync::code_location where = sync::code_location::current()) noexcept {
    return guard(*this, domain_.self(), where);
  }

  // As those of the domain.
  std::size_t drain() noexcept { return domain_.drain(); }
  std::size_t pending() const noexcept { return domain_.pending(); }
  bool may_wait() noexcept { return domain_.may_wait(); }
  void barrier() noexcept { domain_.barrier(); }
  template <class Condition>
  void barrier_unless(const Condition& is_enough) noexcept {
    domain_.barrier_unless(is_enough);
  }
  void check_own(const shield& s) const noexcept { s.check_own(*this); }

 private:
  friend Domain;
  friend grace_periods<region_view>;
  template <class, class, class, class>
  friend class guard_base;
  template <class, class>
  friend class retire_forms;

  Domain& of_epochs() noexcept { return domain_; }
  explicit region_view(Domain& domain) noexcept : domain_(domain) {}
  void hand_over(retired* r, footprint cost) noexcept { domain_.hand_over(r, cost); }
  void hand_over(Participant& self, retired* r, footprint cost) noexcept { domain_.hand_over(self, r, cost); }

  Domain& domain_;
};

// While one lives, nothing that its thread can reach ends.  Belongs to the thread that made it; guards of a thread end in
// the reverse order of their making.
template <class Domain, class Participant, class Hook>
class [[nodiscard]] region_view<Domain, Participant, Hook>::guard
    : public guard_base<guard, region_view, Participant, Hook> {
 public:
  ~guard() { Domain::leave(this->self(), before_); }

  // Returns room to protect a pointer.  There is nothing to do: the guard protects.  Wait-free.
  region_view::shield shield() noexcept { return region_view::shield(this->domain()); }

  // Lets go of all that this thread protects, under this and the guards around it, and goes on as a new guard.  Wait-free.
  void repin() noexcept {
    this->check_thread();
    this->domain().domain_.repin(this->self());
  }

 private:
  friend region_view;
  guard(region_view& view, Participant& self, const sync::code_location& where) noexcept
      : guard_base<guard, region_view, Participant, Hook>(view, self, where), before_(view.domain_.enter_region(self)) {}

  const detail::epoch before_;  // the state around this guard
};

}  // namespace reclaim

#endif  // RECLAIM_CORE_REGION_VIEW_H
