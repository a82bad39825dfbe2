// A value found under a guard alone lives as long as the guard, which only a region domain can promise.
//
// expects: hash_map::find\(key, guard\): the value would live as long as the guard, which takes a region_domain

#include "reclaim/reclaim.h"
#include "structures/hash_map.h"

#ifdef FIXED
using some_domain = reclaim::epoch_domain;
#else
using some_domain = reclaim::hazard_domain;
#endif

int main() {
  some_domain domain;
  reclaim::hash_map<int, int, some_domain> map(domain);
  auto guard = domain.enter();
  return map.find(1, guard) == nullptr ? 0 : 1;
}
