// By which of its hooks a shield should name an object with two?
//
// expects: T must have one hook, as a public base

#include "reclaim/reclaim.h"

#ifdef FIXED
struct node : reclaim::hazard_domain::hook {};
#else
struct node : reclaim::hazard_domain::hook, reclaim::epoch_domain::hook {};
#endif

int main() {
  reclaim::hazard_domain domain;
  const reclaim::sync::atomic<node*> source{nullptr};
  auto guard = domain.enter();
  auto shield = guard.shield();
  return shield.protect(source) == nullptr ? 0 : 1;
}
