// The hot paths, a function each, so that their instructions can be counted.  A body is what a user writes, and no more:
// a guard is made or given, a shield is made or given.

#ifndef RECLAIM_TESTS_HOT_PATHS_HOT_PATHS_H
#define RECLAIM_TESTS_HOT_PATHS_HOT_PATHS_H

#include <cstdint>

#include "reclaim/schemes/epoch.h"
#include "reclaim/schemes/hazard.h"
#include "reclaim/schemes/hybrid.h"
#include "structures/hash_map.h"

namespace reclaim::hot_paths {

template <class Domain>
struct node : Domain::hook {
  std::uint64_t value = 0;
};

template <class Domain>
using source = sync::atomic<node<Domain>*>;

template <class Domain>
using map = hash_map<std::uint64_t, std::uint64_t, Domain>;

using guard_of_epoch = epoch_domain::guard;
using shield_of_epoch = epoch_domain::shield;
using guard_of_hazard = hazard_domain::guard;
using shield_of_hazard = hazard_domain::shield;
using guard_of_hybrid = hybrid_domain::guard;
using shield_of_hybrid = hybrid_domain::shield;

}  // namespace reclaim::hot_paths

// By names that a disassembler prints as they stand here.
extern "C" {
void hot_epoch_enter_exit(reclaim::epoch_domain& domain);
const void* hot_epoch_shield_protect(reclaim::hot_paths::guard_of_epoch& guard,
                                     const reclaim::hot_paths::source<reclaim::epoch_domain>& from);
const void* hot_epoch_protect(reclaim::hot_paths::shield_of_epoch& shield,
                              const reclaim::hot_paths::source<reclaim::epoch_domain>& from);
void hot_epoch_retire(reclaim::hot_paths::guard_of_epoch& guard, reclaim::hot_paths::node<reclaim::epoch_domain>* object);
bool hot_epoch_map_get(reclaim::hot_paths::map<reclaim::epoch_domain>& map, std::uint64_t key);

void hot_hazard_enter_exit(reclaim::hazard_domain& domain);
const void* hot_hazard_shield_protect(reclaim::hot_paths::guard_of_hazard& guard,
                                      const reclaim::hot_paths::source<reclaim::hazard_domain>& from);
const void* hot_hazard_protect(reclaim::hot_paths::shield_of_hazard& shield,
                               const reclaim::hot_paths::source<reclaim::hazard_domain>& from);
void hot_hazard_retire(reclaim::hot_paths::guard_of_hazard& guard, reclaim::hot_paths::node<reclaim::hazard_domain>* object);
bool hot_hazard_map_get(reclaim::hot_paths::map<reclaim::hazard_domain>& map, std::uint64_t key);
void hot_hybrid_enter_exit(reclaim::hybrid_domain& domain);
const void* hot_hybrid_shield_protect(reclaim::hot_paths::guard_of_hybrid& guard,
                                      const reclaim::hot_paths::source<reclaim::hybrid_domain>& from);
const void* hot_hybrid_protect(reclaim::hot_paths::shield_of_hybrid& shield,
                               const reclaim::hot_paths::source<reclaim::hybrid_domain>& from);
void hot_hybrid_retire(reclaim::hot_paths::guard_of_hybrid& guard, reclaim::hot_paths::node<reclaim::hybrid_domain>* object);
bool hot_hybrid_map_get(reclaim::hot_paths::map<reclaim::hybrid_domain>& map, std::uint64_t key);
}

#endif  // RECLAIM_TESTS_HOT_PATHS_HOT_PATHS_H
