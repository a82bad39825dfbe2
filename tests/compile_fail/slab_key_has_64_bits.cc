// What a configuration asks for is said when it is compiled.
//
// only: slab_config: index_bits and generation_bits are more than 64 together

#include "reclaim/reclaim.h"
#include "structures/sharded_slab.h"

struct large : reclaim::slab_config {
#if defined(FIXED)
  static constexpr unsigned generation_bits = 32;
#else
  static constexpr unsigned generation_bits = 40;
#endif
};

int main() {
  reclaim::epoch_domain domain;
  const reclaim::sharded_slab<int, reclaim::epoch_domain, large> slab(domain);
}
