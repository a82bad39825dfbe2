// A guard belongs to the thread that made it: it cannot be moved away.
//
// expects: use of deleted function|call to (implicitly-)?deleted (copy )?constructor

#include <utility>

#include "reclaim/reclaim.h"

int main() {
  reclaim::hazard_domain domain;
  auto guard = domain.enter();
#ifdef FIXED
  auto& other = guard;
#else
  auto other = std::move(guard);
#endif
  other.repin();
}
