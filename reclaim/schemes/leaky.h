// The control: nothing ends before its domain does.  It bounds what any scheme can reach in speed, and its garbage
// has no bound.

#ifndef RECLAIM_SCHEMES_LEAKY_H
#define RECLAIM_SCHEMES_LEAKY_H

#include <cstddef>
#include <utility>

#include "reclaim/core/domain.h"
#include "reclaim/core/domain_base.h"
#include "reclaim/core/guard_base.h"
#include "reclaim/core/region_shield.h"
#include "reclaim/core/retired.h"
#include "reclaim/sync/sync.h"

namespace reclaim {

class leaky_domain final : public domain_base<leaky_domain, participant_base, struct leaky_hook> {
  using base = domain_base<leaky_domain, participant_base, leaky_hook>;
  using participant = participant_base;

 public:
  using hook = leaky_hook;
  class guard;
  using shield = region_shield<leaky_domain>;

  static constexpr bool protects_regions = true;
  static constexpr const char* name = "leaky";

  // Throws: std::bad_alloc; std::invalid_argument for options out of range.
  explicit leaky_domain(const domain_options& options = {}) : base(options) {}

  // Ends all that was retired.  Precondition: no guard lives (checked in debug builds), no thread uses the domain.
  ~leaky_domain() { end_all(); }

  // Wait-free.
  guard enter(sync::code_location where = sync::code_location::current()) noexcept;

  // Never: what is retired here ends with the domain, for which nobody can wait.
  static bool may_wait() noexcept { return false; }
  [[noreturn]] static void barrier() noexcept { sync::fail("barrier: a leaky_domain ends nothing before it ends itself"); }

  // Ends the process with one line if `s` was made by a guard of another domain.  Checked in debug builds.
  void check_own(const shield& s) const noexcept { s.check_own(*this); }

 private:
  friend base;
  template <class, class, class, class>
  friend class guard_base;
  static void collect_under_lock(participant&) noexcept {}
  static void hand_on_limbo(participant&) noexcept {}
  static retired_list take_limbo() noexcept { return {}; }
  static retired_list take_limbo(participant&) noexcept { return {}; }
  static bool is_reading(const participant&) noexcept { return false; }
  static stand stands(const participant&) noexcept { return {}; }
  static void give_up_limbo(participant&) noexcept {}
  static void forget_thread(participant&) noexcept {}
};

struct leaky_hook : retired {};

// Protects everything.
class [[nodiscard]] leaky_domain::guard
    : public guard_base<guard, leaky_domain, participant_base, leaky_hook> {
 public:

  // Wait-free.
  leaky_domain::shield shield() noexcept { return leaky_domain::shield(domain()); }
  // Does nothing: what is protected here is never reclaimed before the domain ends.
  void repin() noexcept { check_thread(); }

 private:
  friend leaky_domain;
  guard(leaky_domain& domain, participant& self, const sync::code_location& where) noexcept : guard_base(domain, self, where) {}
};

inline leaky_domain::guard leaky_domain::enter(sync::code_location where) noexcept {
  sync::probe::enter(this);
  return guard(*this, self(), where);
}
static_assert(region_domain<leaky_domain> && !bounded_domain<leaky_domain>);

}  // namespace reclaim

#endif  // RECLAIM_SCHEMES_LEAKY_H
