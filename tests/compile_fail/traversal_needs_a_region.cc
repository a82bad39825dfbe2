// Optimistic traversal follows the links of deleted elements, which no hazard pointer protects.
//
// expects: follows the links of deleted elements, which takes a region_domain

#include "reclaim/reclaim.h"
#include "structures/hash_map/look_up.h"

#ifdef FIXED
using some_domain = reclaim::epoch_domain;
#else
using some_domain = reclaim::hazard_domain;
#endif

bool is_there(const reclaim::map_parts::route<some_domain>& way) {
  return reclaim::map_parts::read_through<some_domain>(way, [](auto&) { return true; }) != nullptr;
}
