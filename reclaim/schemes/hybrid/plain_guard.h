// The outermost guard of its thread, known as such when its user is compiled.

#ifndef RECLAIM_SCHEMES_HYBRID_PLAIN_GUARD_H
#define RECLAIM_SCHEMES_HYBRID_PLAIN_GUARD_H

#include <cstddef>

#include "reclaim/schemes/hybrid.h"

namespace reclaim {

// The outermost guard of its thread, where fences are asymmetric.  As guard; its shields end with it, at the latest.
class [[nodiscard]] hybrid_domain::plain_guard
    : public guard_base<plain_guard, hybrid_domain, detail::hybrid_participant, hybrid_hook> {
 public:
  using shield_type = hazard_shield<hybrid_domain, shield_kind::plain>;

  [[gnu::always_inline]] ~plain_guard() { leave(self(), detail::idle); }

  [[gnu::always_inline]] shield_type shield() noexcept {
    if (claimed_ == sync::slots_a_guard) [[unlikely]] sync::fail("hybrid_domain: a plain guard makes no more than seven shields");
    return {domain(), &self().line[claimed_++]};
  }

 private:
  friend hybrid_domain;
  [[gnu::always_inline]] plain_guard(hybrid_domain& domain, participant& self) noexcept : guard_base(domain, self) {}

  std::size_t claimed_ = 0;  // slots of the line
};

template <class F, class Otherwise>
[[gnu::always_inline]] inline decltype(auto) hybrid_domain::under_plain_guard(F&& f, Otherwise&& otherwise) {
  participant& self = table().near(sync::entry_offset());
  if (self.state.load(relaxed) != detail::idle) [[unlikely]] return otherwise();  // relaxed: own word
  sync::probe::enter(this);
  announce(self, 0);
  plain_guard g(*this, self);
  return f(g);
}

}  // namespace reclaim

#endif  // RECLAIM_SCHEMES_HYBRID_PLAIN_GUARD_H
