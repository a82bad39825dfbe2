// What a user may set when making a domain.

#ifndef RECLAIM_CORE_DOMAIN_OPTIONS_H
#define RECLAIM_CORE_DOMAIN_OPTIONS_H

#include <algorithm>
#include <cstddef>
#include <stdexcept>

#include "reclaim/sync/sync.h"

namespace reclaim {

struct domain_options {
  // A participant collects when it has retired so many objects since it last did; one of sizeof(T) bytes counts as
  // 1 + sizeof(T) / 256.  A collect costs a heavy fence: where that takes more than a fiftieth of the thread's time, the
  // participant waits for twice as many, never for more.
  std::size_t objects_per_collect = 2048;
  // How many expired objects one retire() ends, counted in the same way and times what it counts itself, but at least
  // one object; more when more are waiting; and the most in number that it ends, whatever they weigh.
  std::size_t reclaims_per_retire = 1;
  std::size_t most_reclaims_per_retire = 64;

  // What a participant retires between two collects at most.
  std::size_t most_per_collect() const noexcept {
    return std::max(objects_per_collect, 2 * objects_per_collect);  // the former where the latter overflows
  }

  // Returns these options.  Throws: std::invalid_argument if a value is out of range.
  const domain_options& checked() const {
    if (objects_per_collect == 0 || reclaims_per_retire == 0 || most_reclaims_per_retire < reclaims_per_retire) {
      sync::raise(std::invalid_argument("domain_options: objects_per_collect and reclaims_per_retire must be at least 1, "
                                        "and most_reclaims_per_retire no less than reclaims_per_retire"),
                  "domain_options: a value is out of range");
    }
    return *this;
  }
};

}  // namespace reclaim

#endif  // RECLAIM_CORE_DOMAIN_OPTIONS_H
