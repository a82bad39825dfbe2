// A program whose domains do what there are probes for; it prints what a tracer should have seen.

#include <cstdio>

#include "reclaim/reclaim.h"

namespace {

// Its memory is not used again: each that is retired has an address of its own.
template <class Domain>
struct node : Domain::hook {
  static void reclaim(node*) noexcept {}
};

int without_hook = 0;

// Returns how often a guard was entered.
template <class Domain>
int use(Domain& domain) {
  static node<Domain> nodes[20];
  int entered = 1;
  {
    auto around = domain.enter();  // it holds an epoch up
    for (node<Domain>& n : nodes) {
      auto guard = domain.enter();
      guard.retire(&n);
      ++entered;
    }
  }
  domain.retire(&without_hook, [](int*) {});
  domain.drain();
  return entered;
}

template <class Domain>
void trace(const char* name) {
  Domain domain({.objects_per_collect = 4});
  const int entered = use(domain);
  const auto done = domain.stats();
  std::printf("%s %p %p enter=%d retire=%zu reclaim=%zu collect=%zu advance=%zu stall=%zu\n", name,
              static_cast<const void*>(&domain), static_cast<const void*>(&without_hook), entered, done.retired,
              done.reclaimed, done.collects, done.advances, done.held_up);
  std::fflush(stdout);
}

}  // namespace

int main() {
  trace<reclaim::epoch_domain>("epoch");
  trace<reclaim::hazard_domain>("hazard");
  trace<reclaim::hybrid_domain>("hybrid");
  return 0;
}
