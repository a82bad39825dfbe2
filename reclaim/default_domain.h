// One domain of each scheme for those who need no other.

#ifndef RECLAIM_DEFAULT_DOMAIN_H
#define RECLAIM_DEFAULT_DOMAIN_H

#include <new>

#include "reclaim/core/domain.h"

namespace reclaim {

namespace detail {

// Where the process's one T is: an address that the linker knows.
template <class T>
struct immortal_place {
  alignas(T) static inline unsigned char bytes[sizeof(T)];
};

template <class T>
void make_immortal() {
  [[maybe_unused]] static T* const made = new (immortal_place<T>::bytes) T;
}

// Returns the process's one T.  It is made at the first call and never destroyed.
template <class T>
[[gnu::always_inline]] inline T& immortal() {
  make_immortal<T>();
  return *std::launder(reinterpret_cast<T*>(immortal_place<T>::bytes));
}

}  // namespace detail

// Returns the process's default domain of scheme `Domain`.  It is made at the first call and never destroyed, so
// that static destructors may use it; what is retired there when the process ends is not ended, and leak checkers
// find it reachable.  drain() it to end all of it.
// Throws: std::bad_alloc at the first call.  Any thread.
template <domain Domain>
Domain& default_domain() {
  return detail::immortal<Domain>();
}

}  // namespace reclaim

#endif  // RECLAIM_DEFAULT_DOMAIN_H
