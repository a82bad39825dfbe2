// A shield is room for one pointer; two of them would end its protection twice.
//
// expects: use of deleted function|call to (implicitly-)?deleted (copy )?constructor

#include "reclaim/reclaim.h"

int main() {
  reclaim::hazard_domain domain;
  auto guard = domain.enter();
  auto shield = guard.shield();
#ifdef FIXED
  auto& other = shield;
#else
  auto other = shield;
#endif
  other.reset();
}
