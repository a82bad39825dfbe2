// One domain of each scheme for those who need no other.

#ifndef RECLAIM_DEFAULT_DOMAIN_H
#define RECLAIM_DEFAULT_DOMAIN_H

#include <new>

#include "reclaim/core/domain.h"

namespace reclaim {

// Returns the process's default domain of scheme `Domain`.  It is made at the first call and never destroyed, so
// that static destructors may use it; what is retired there when the process ends is not ended, and leak checkers
// find it reachable.  drain() it to end all of it.
// Throws: std::bad_alloc at the first call.  Any thread.
template <domain Domain>
Domain& default_domain() {
  alignas(Domain) static unsigned char storage[sizeof(Domain)];
  static Domain* const made = new (storage) Domain;
  return *made;
}

}  // namespace reclaim

#endif  // RECLAIM_DEFAULT_DOMAIN_H
