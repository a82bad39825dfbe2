// The domain of epochs as a lock, whose inner regions are counted: an unlock() has no guard that knows what was around it.
// Its edges are those of guards: reclaim/schemes/epoch.h.

#ifndef RECLAIM_SCHEMES_EPOCH_LOCK_H
#define RECLAIM_SCHEMES_EPOCH_LOCK_H

#include "reclaim/core/epochs.h"
#include "reclaim/schemes/epoch.h"
#include "reclaim/sync/sync.h"

namespace reclaim {

[[gnu::always_inline]] inline void epoch_domain::lock() noexcept {
  sync::probe::enter(this);
  participant& self = table().near(sync::entry_offset());
  const epoch before = self.state.load(relaxed);  // relaxed: own word
  if (before != detail::idle) [[unlikely]] {
    if (!detail::is_plain(before)) return lock_slowly();
    self.around += detail::one_advance;
    if constexpr (sync::checks_enabled) ++self.guards;
    return;
  }
  pin(self);
  if constexpr (sync::checks_enabled) ++self.guards;
}

[[gnu::noinline, gnu::cold]] inline void epoch_domain::lock_slowly() noexcept {
  const standing found = enter_slowly();
  participant& self = *found.self;
  if constexpr (sync::checks_enabled) ++self.guards;
  if (detail::is_epoch(found.before)) {
    self.around += detail::one_advance;
  } else {
    self.around = found.before;
  }
}

[[gnu::always_inline]] inline void epoch_domain::unlock() noexcept {
  participant& self = table().near(sync::entry_offset());
  if (self.around != detail::idle) [[unlikely]] {
    if (self.around < detail::one_advance) return unlock_slowly();
    check_locked(self);
    self.around -= detail::one_advance;
    return;
  }
  check_locked(self);
  unpin(self);
}

[[gnu::noinline]] inline void epoch_domain::unlock_slowly() noexcept {
  participant& self = this->self();
  check_locked(self);
  if (self.around >= detail::one_advance) {
    self.around -= detail::one_advance;
  } else {
    self.around = detail::at_rest(self.around);
    self.state.store(self.around, release);  // edge unpin-scan
  }
}

[[gnu::always_inline]] inline void epoch_domain::lock_kept() noexcept {
  auto* const self = static_cast<participant*>(sync::kept_reader());
  if (self == nullptr) [[unlikely]] return lock_and_keep();
  if (self->state.load(relaxed) != detail::idle) [[unlikely]] {  // relaxed: own word
    self->around += detail::one_advance;
    sync::kept_outermost() = nullptr;
  } else {
    pin(*self);
  }
  sync::probe::enter(this);
  if constexpr (sync::checks_enabled) ++self->guards;
}

[[gnu::always_inline]] inline void epoch_domain::unlock_kept() noexcept {
  if (auto* const self = static_cast<participant*>(sync::kept_outermost())) [[likely]] {
    check_locked(*self);
    unpin(*self);
  } else if (auto* const inside = static_cast<participant*>(sync::kept_reader())) {
    check_locked(*inside);
    inside->around -= detail::one_advance;
    if (inside->around == detail::idle) sync::kept_outermost() = inside;
  } else {
    unlock_and_keep();
  }
}

[[gnu::noinline, gnu::cold]] inline void epoch_domain::lock_and_keep() noexcept { lock(), keep_reader(); }
[[gnu::noinline, gnu::cold]] inline void epoch_domain::unlock_and_keep() noexcept { unlock(), keep_reader(); }

// None while the outermost unlock() has something to look after; and none on a detour, which leads by nobody's place.
inline void epoch_domain::keep_reader() noexcept {
  participant& self = table().near(sync::entry_offset());
  const bool is_plain = self.around % detail::one_advance == detail::idle;
  sync::kept_reader() = is_plain ? &self : nullptr;
  sync::kept_outermost() = self.around == detail::idle ? &self : nullptr;
}

}  // namespace reclaim

#endif  // RECLAIM_SCHEMES_EPOCH_LOCK_H
