// Optimistic traversal follows the links of deleted elements, which no hazard pointer protects.
//
// expects: follows the links of deleted elements, which takes a region_domain

#include <cstdint>

#include "reclaim/reclaim.h"
#include "structures/hash_map/look_up.h"

#ifdef FIXED
using some_domain = reclaim::epoch_domain;
#else
using some_domain = reclaim::hazard_domain;
#endif

struct owner {
  std::uint64_t order_of(const reclaim::map_parts::element<some_domain>&) const { return 2; }
  bool may_be_of(std::uint64_t, const reclaim::map_parts::element<some_domain>&) const { return true; }
};

bool is_there(const reclaim::map_parts::route<some_domain>& way) {
  return reclaim::map_parts::read_through<some_domain>(way, [](auto&) { return true; }, owner()) != nullptr;
}
