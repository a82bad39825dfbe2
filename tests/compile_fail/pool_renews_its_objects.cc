// Who has no clear() says how an object is made as good as new.
//
// only: pool<T, ..., Renew>: Renew must be callable as void\(T&\) const; the default calls clear\(\)

#include "reclaim/reclaim.h"
#include "structures/pool.h"

struct counter {
  int number = 0;
#if defined(FIXED)
  void clear() { number = 0; }
#endif
};

int main() {
  reclaim::epoch_domain domain;
  const reclaim::pool<counter, reclaim::epoch_domain> counters(domain);
}
