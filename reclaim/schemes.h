// The registration: every scheme that the library offers.
//
// Conformance, stress and model tests and every benchmark run over this list; a scheme that is added here is
// tested, raced and measured before its own tests are written.

#ifndef RECLAIM_SCHEMES_H
#define RECLAIM_SCHEMES_H

#include "reclaim/schemes/epoch.h"
#include "reclaim/schemes/hazard.h"
#include "reclaim/schemes/hybrid.h"
#include "reclaim/schemes/leaky.h"

namespace reclaim {

template <class... Types>
struct type_list {};

using all_domains = type_list<epoch_domain, hazard_domain, hybrid_domain, leaky_domain>;

}  // namespace reclaim

#endif  // RECLAIM_SCHEMES_H
