// A domain is an object that others point to.
//
// expects: use of deleted function|call to (implicitly-)?deleted (copy )?constructor

#include "reclaim/reclaim.h"

int main() {
  reclaim::epoch_domain domain;
#ifdef FIXED
  reclaim::epoch_domain& other = domain;
#else
  reclaim::epoch_domain other = domain;
#endif
  (void)other.drain();
}
