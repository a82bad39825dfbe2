// A deleter is called with the object that was retired.
//
// expects: no matching( member)? function

#include "reclaim/reclaim.h"

int main() {
  reclaim::epoch_domain domain;
  auto guard = domain.enter();
#ifdef FIXED
  guard.retire(new int(1), [](int* p) { delete p; });
#else
  guard.retire(new int(1), [](double* p) { delete p; });
#endif
}
