// The control: nothing ends before its domain does.  It bounds what any scheme can reach in speed, and its garbage
// has no bound.

#ifndef RECLAIM_SCHEMES_LEAKY_H
#define RECLAIM_SCHEMES_LEAKY_H

#include <cstddef>
#include <utility>

#include "reclaim/core/domain.h"
#include "reclaim/core/domain_base.h"
#include "reclaim/core/retired.h"
#include "reclaim/sync/sync.h"

namespace reclaim {

class leaky_domain : public domain_base<leaky_domain, participant_base, struct leaky_hook> {
  using base = domain_base<leaky_domain, participant_base, leaky_hook>;
  using participant = participant_base;

 public:
  using hook = leaky_hook;
  class guard;
  class shield;

  static constexpr bool protects_regions = true;
  static constexpr const char* name = "leaky";

  // Throws: std::bad_alloc; std::invalid_argument for options out of range.
  explicit leaky_domain(const domain_options& options = {}) : base(options) {}

  // Ends all that was retired.  Precondition: no guard lives (checked in debug builds), no thread uses the domain.
  ~leaky_domain() { end_all(); }

  // Wait-free.
  guard enter() noexcept;

  // Ends the process with one line if `s` was made by a guard of another domain.  Checked in debug builds.
  void check_own(const shield& s) const noexcept;

 private:
  friend base;
  static void collect_under_lock(participant&) noexcept {}
  static retired_list take_limbo(participant&) noexcept { return {}; }
  static void forget_thread(participant&) noexcept {}
};

struct leaky_hook : retired {};

// Protects everything.
class [[nodiscard]] leaky_domain::guard : public retire_forms<guard, leaky_hook> {
 public:
  guard(const guard&) = delete;
  guard& operator=(const guard&) = delete;
  ~guard() {
    check_thread();
    if constexpr (sync::checks_enabled) --self_.guards;
  }

  leaky_domain::shield shield() noexcept;
  void repin() noexcept { check_thread(); }
  leaky_domain& domain() const noexcept { return domain_; }

 private:
  friend leaky_domain;
  template <class, class>
  friend class reclaim::retire_forms;

  guard(leaky_domain& domain, participant& self) noexcept : domain_(domain), self_(self) {
    if constexpr (sync::checks_enabled) ++self.guards;
  }
  void hand_over(retired* r) noexcept {
    check_thread();
    domain_.hand_over(self_, r);
  }
  void check_thread() const noexcept {
    sync::check(self_.index == sync::thread_index(), "leaky_domain::guard: used on a thread that did not make it");
  }

  leaky_domain& domain_;
  participant& self_;
};

// Protects everything.
class leaky_domain::shield {
 public:
  explicit shield(const leaky_domain& domain) noexcept : domain_(domain) {}
  shield(const shield&) = delete;
  shield& operator=(const shield&) = delete;

  template <class Pointer>
  Pointer protect(const sync::atomic<Pointer>& source) noexcept {
    return source.load(acquire);  // edge of whoever published *source
  }
  template <class Pointer>
  bool try_protect(Pointer& pointer, const sync::atomic<Pointer>& source) noexcept {
    const Pointer expected = std::exchange(pointer, source.load(acquire));  // edge of whoever published *source
    return pointer == expected;
  }
  void swap(shield&) noexcept {}
  void reset() noexcept {}

 private:
  friend leaky_domain;
  const leaky_domain& domain_;
};

inline leaky_domain::guard leaky_domain::enter() noexcept { return guard(*this, self()); }
inline leaky_domain::shield leaky_domain::guard::shield() noexcept { return leaky_domain::shield(domain_); }
inline void leaky_domain::check_own([[maybe_unused]] const shield& s) const noexcept {
  sync::check(&s.domain_ == this, "leaky_domain: the shield is of another domain");
}

static_assert(region_domain<leaky_domain> && !bounded_domain<leaky_domain>);

}  // namespace reclaim

#endif  // RECLAIM_SCHEMES_LEAKY_H
