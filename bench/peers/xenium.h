// The schemes of xenium 0.0.2 (Debian's libxenium-dev), by the names that they race under.

#ifndef RECLAIM_BENCH_PEERS_XENIUM_H
#define RECLAIM_BENCH_PEERS_XENIUM_H

#include <cassert>  // the library's headers need it and do not say so

#include <xenium/reclamation/generic_epoch_based.hpp>
#include <xenium/reclamation/hazard_pointer.hpp>

#include "bench/race/entrant/race.h"

namespace reclaim::race {

// With the library's own defaults; hazards are scanned after 2 x 3 x threads + 100 retires.
using xenium_epoch = xenium::reclamation::epoch_based<>;
using xenium_new_epoch = xenium::reclamation::new_epoch_based<>;
using xenium_debra = xenium::reclamation::debra<>;
using xenium_hazard = xenium::reclamation::hazard_pointer<>::with<
    xenium::policy::allocation_strategy<xenium::reclamation::hp_allocation::static_strategy<3, 2, 100>>>;

// Where a region_guard spares the guards inside it an entry each; elsewhere it does nothing.
struct no_region {};
template <class Scheme>
struct region_of {
  using type = no_region;
};
template <>
struct region_of<xenium_new_epoch> {
  using type = xenium_new_epoch::region_guard;
};

extern const race_map xenium_maps[];
extern const race_queue xenium_queues[];

}  // namespace reclaim::race

#endif  // RECLAIM_BENCH_PEERS_XENIUM_H
