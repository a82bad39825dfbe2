// What a drain that does not wait for ever has left.

#ifndef RECLAIM_CORE_DRAIN_RESULT_H
#define RECLAIM_CORE_DRAIN_RESULT_H

#include "reclaim/core/garbage.h"
#include "reclaim/core/stall.h"

namespace reclaim {

struct drain_result {
  garbage left;                // what is retired and has not ended
  bool is_held = false;        // whether somebody was seen who is in the way
  stall holder;                // who has been so for longest, if so

  bool is_done() const noexcept { return left.objects == 0; }
};

}  // namespace reclaim

#endif  // RECLAIM_CORE_DRAIN_RESULT_H
