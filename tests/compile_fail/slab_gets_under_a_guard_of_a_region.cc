// A guard of hazard pointers protects nothing by itself.
//
// only: sharded_slab::get\(key, guard\).*takes a region_domain.*use get\(key, shield\)

#include "reclaim/reclaim.h"
#include "structures/sharded_slab.h"

int main() {
  reclaim::hazard_domain domain;
  reclaim::sharded_slab<int, reclaim::hazard_domain> slab(domain);
  const auto key = slab.insert(1);
  auto guard = domain.enter();
#if defined(FIXED)
  auto shield = guard.shield();
  return slab.get(*key, shield) == nullptr;
#else
  return slab.get(*key, guard) == nullptr;
#endif
}
