// The shield of a domain whose guard protects all that it reaches: there is nothing left to do.

#ifndef RECLAIM_CORE_REGION_SHIELD_H
#define RECLAIM_CORE_REGION_SHIELD_H

#include <concepts>
#include <type_traits>
#include <utility>

#include "reclaim/core/guard_base.h"
#include "reclaim/sync/sync.h"

namespace reclaim {

// Empty, where checks are not enabled.  What it protects lives as long as the guard that made it.
template <class Domain>
class region_shield {
 public:
  explicit region_shield(const Domain& domain) noexcept : mark_(domain) {}
  region_shield(const region_shield&) = delete;
  region_shield& operator=(const region_shield&) = delete;

  // Returns *source; what it points to lives as long as the guard.  Works for sync::atomic of T* and of tagged_ptr.
  // Wait-free: one load.
  template <class Pointer>
  Pointer protect(const sync::atomic<Pointer>& source) noexcept {
    return source.load(acquire);  // edge of whoever published *source
  }

  // Loads *source into `pointer`.  Returns whether it was there already.  Wait-free.
  template <class Pointer>
  bool try_protect(Pointer& pointer, const sync::atomic<Pointer>& source) noexcept {
    const Pointer expected = std::exchange(pointer, source.load(acquire));  // edge of whoever published *source
    return pointer == expected;
  }

  // Returns is_there().
  template <class T, std::predicate IsThere>
  bool protect_if(const T*, IsThere&& is_there) noexcept(std::is_nothrow_invocable_v<IsThere>) {
    return is_there();
  }

  void swap(region_shield&) noexcept {}
  void reset() noexcept {}

  // Ends the process with one line if the shield is of another domain.  Checked in debug builds.
  void check_own(const Domain& domain) const noexcept { mark_.check(domain); }

 private:
  [[no_unique_address]] domain_mark<Domain> mark_;
};

}  // namespace reclaim

#endif  // RECLAIM_CORE_REGION_SHIELD_H
