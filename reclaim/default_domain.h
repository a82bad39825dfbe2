// One domain of each scheme for those who need no other.

#ifndef RECLAIM_DEFAULT_DOMAIN_H
#define RECLAIM_DEFAULT_DOMAIN_H

#include <new>

#include "reclaim/core/domain.h"

namespace reclaim {

namespace detail {

// Returns the process's one T.  It is made at the first call and never destroyed.
template <class T>
T& immortal() {
  alignas(T) static unsigned char storage[sizeof(T)];
  static T* const made = new (storage) T;
  return *made;
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
