// What other threads write is read through an atomic.
//
// expects: no matching( member)? function

#include "reclaim/reclaim.h"

int main() {
  reclaim::hazard_domain domain;
  auto guard = domain.enter();
  auto shield = guard.shield();
#ifdef FIXED
  reclaim::sync::atomic<int*> source{nullptr};
#else
  int* source = nullptr;
#endif
  return shield.protect(source) == nullptr ? 0 : 1;
}
