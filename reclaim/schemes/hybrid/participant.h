// What one thread keeps in a hybrid_domain.

#ifndef RECLAIM_SCHEMES_HYBRID_PARTICIPANT_H
#define RECLAIM_SCHEMES_HYBRID_PARTICIPANT_H

#include "reclaim/core/epochs.h"
#include "reclaim/core/hazard_slots.h"
#include "reclaim/core/named_objects.h"
#include "reclaim/core/participant_base.h"
#include "reclaim/sync/sync.h"

namespace reclaim::detail {

// What a reader writes: first, where the thread's place is, and on one line.
//
// The outermost guard claims the slots of the line one after the other, and counts them in a register: none is claimed
// twice before that guard ends.  Guards in others, and a guard that needs more, get slots that say themselves whether they
// are free.
struct hybrid_front : epoch_announcement {
  hazard_slot line[sync::slots_a_guard];
  hazard_slots further;

  // Wait-free but for visit; any thread.
  template <class Visit>
  void for_each_slot(Visit&& visit) {
    for (hazard_slot& slot : line) visit(slot);
    further.for_each(visit);
  }
};

struct hybrid_participant : hybrid_front, participant_base {
  epoch_limbo limbo;
  named_objects named;  // when the last collect looked: of what is in `expired` these must not end
  epoch tagged = idle;  // the last tag
  unsigned offers = 0;  // of its processor, since then
  const hybrid_participant* held_up_by = nullptr;
};

}  // namespace reclaim::detail

#endif  // RECLAIM_SCHEMES_HYBRID_PARTICIPANT_H
