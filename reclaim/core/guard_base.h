// What every scheme's guards and shields share: whose they are, and the checks of debug builds.

#ifndef RECLAIM_CORE_GUARD_BASE_H
#define RECLAIM_CORE_GUARD_BASE_H

#include <cstddef>

#include "reclaim/core/retire_forms.h"
#include "reclaim/core/retired.h"
#include "reclaim/sync/sync.h"

namespace reclaim {

// A guard is a part of one thread's participant in one domain.  It belongs to the thread that made it; guards of a
// thread end in the reverse order of their making.
template <class Guard, class Domain, class Participant, class Hook>
class guard_base : public retire_forms<Guard, Hook> {
 public:
  guard_base(const guard_base&) = delete;
  guard_base& operator=(const guard_base&) = delete;

  // The domain that the guard was made by.
  Domain& domain() const noexcept { return domain_; }

 protected:
  guard_base(Domain& domain, Participant& self, const sync::code_location& where = {}) noexcept
      : domain_(domain), self_(self), around_(self.identity.enter(where)) {
    if constexpr (sync::checks_enabled) ++self.guards;
  }
  ~guard_base() {
    check_thread();
    if constexpr (sync::checks_enabled) --self_.guards;
    self_.identity.enter(around_);
  }

  Participant& self() const noexcept { return self_; }

  void check_thread() const noexcept {
    sync::check(self_.index == sync::thread_index(), "guard: used on a thread that did not make it");
  }

  void hand_over(retired* r, footprint cost) noexcept {
    check_thread();
    domain_.hand_over(self_, r, cost);
  }

 private:
  template <class, class>
  friend class retire_forms;

  Domain& domain_;
  Participant& self_;
  [[no_unique_address]] const sync::code_location around_;  // where the guard around this one was made
};

// Remembers a domain where checks are enabled; elsewhere nothing.
template <class Domain, bool = sync::checks_enabled>
class domain_mark {
 public:
  explicit domain_mark(const Domain& domain) noexcept : domain_(&domain) {}
  void check(const Domain& domain) const noexcept {
    sync::check(domain_ == &domain, "the shield is of another domain");
  }

 private:
  const Domain* domain_;
};

template <class Domain>
class domain_mark<Domain, false> {
 public:
  explicit domain_mark(const Domain&) noexcept {}
  void check(const Domain&) const noexcept {}
};

}  // namespace reclaim

#endif  // RECLAIM_CORE_GUARD_BASE_H
