// The concepts by which containers and schemes meet, and the only thing that both know.
//
//   auto guard  = domain.enter();       // this thread is reading, until guard dies
//   auto shield = guard.shield();       // room to protect one pointer at a time
//   T*   p      = shield.protect(src);  // *p lives until the shield moves on, or guard dies
//   guard.retire(p);                    // *p is unlinked: end it once no guard can reach it

#ifndef RECLAIM_CORE_DOMAIN_H
#define RECLAIM_CORE_DOMAIN_H

#include <concepts>
#include <cstddef>
#include <type_traits>

#include "reclaim/core/retired.h"
#include "reclaim/core/tagged_ptr.h"
#include "reclaim/sync/sync.h"

namespace reclaim {

namespace detail {
template <class Domain>
struct probe : Domain::hook {};  // some object that Domain can reclaim
}  // namespace detail

// A shield: room to protect one pointer of its guard's thread.
template <class S, class T>
concept shield_of = requires(S s, S& other, T*& pointer, tagged_ptr<T>& word, const sync::atomic<T*>& source,
                             const sync::atomic<tagged_ptr<T>>& tagged) {
  { s.protect(source) } noexcept -> std::same_as<T*>;
  { s.protect(tagged) } noexcept -> std::same_as<tagged_ptr<T>>;
  { s.try_protect(pointer, source) } noexcept -> std::same_as<bool>;
  { s.try_protect(word, tagged) } noexcept -> std::same_as<bool>;
  { s.swap(other) } noexcept;
  { s.reset() } noexcept;
};

// A domain: guards, and the objects retired under them.  All that a container may ask of a scheme.
template <class D>
concept domain = requires(D d, typename D::guard g, typename D::shield s, detail::probe<D>* p) {
  requires std::is_nothrow_default_constructible_v<typename D::hook>;
  requires shield_of<typename D::shield, detail::probe<D>>;
  { D::protects_regions } -> std::convertible_to<bool>;
  { D::name } -> std::convertible_to<const char*>;
  { d.enter() } noexcept -> std::same_as<typename D::guard>;
  { g.shield() } noexcept -> std::same_as<typename D::shield>;
  { g.retire(p) } noexcept;
  { g.repin() } noexcept;
  { d.retire(p) } noexcept;
  { d.drain() } noexcept -> std::same_as<std::size_t>;
  { d.pending() } noexcept -> std::same_as<std::size_t>;
  { d.check_own(s) } noexcept;
};

// A guard protects all that it can reach: `protect` is one load, and links may be followed without re-validation.
template <class D>
concept region_domain = domain<D> && D::protects_regions;

// Also protects an object of which the caller has the address, and ends one as its container says: for containers that keep
// objects in memory of their own.
template <class D>
concept place_domain = domain<D> && requires(D d, typename D::shield s, detail::probe<D>* p, const ending& how,
                                             bool (&is_there)() noexcept) {
  { s.protect_if(p, is_there) } noexcept -> std::same_as<bool>;
  { d.retire(p, how) } noexcept;
};

// However long a reader stalls, at most garbage_bound(n) retired objects wait (n: participants).
template <class D>
concept bounded_domain = domain<D> && requires(const D d, std::size_t n) {
  { d.garbage_bound(n) } -> std::same_as<std::size_t>;
};

// Calls f(guard) under a guard of `d`, of a type of the domain's choice (so f is a lambda of auto&); or otherwise(), if this
// thread is not in the plain case for which that type was made, such as under a guard already.  The quickest form, for a
// container's shortest reads: then the compiler knows all about the guard.  Returns what they return.
template <domain D, class F, class Otherwise>
[[gnu::always_inline]] inline decltype(auto) under_plain_guard(D& d, F&& f, Otherwise&& otherwise) {
  if constexpr (requires { d.under_plain_guard(f, otherwise); }) {
    return d.under_plain_guard(f, otherwise);
  } else {
    auto g = d.enter();
    return f(g);
  }
}

}  // namespace reclaim

#endif  // RECLAIM_CORE_DOMAIN_H
