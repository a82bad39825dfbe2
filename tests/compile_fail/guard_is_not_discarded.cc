// A guard that nobody keeps protects nothing.
//
// expects: ignoring return(ed)? value|ignoring temporary
// flags: -std=c++20 -Werror

#include "reclaim/reclaim.h"

int main() {
  reclaim::epoch_domain domain;
#ifdef FIXED
  auto guard = domain.enter();
  guard.repin();
#else
  domain.enter();
#endif
}
