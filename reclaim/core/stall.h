// Who keeps retired objects from ending.

#ifndef RECLAIM_CORE_STALL_H
#define RECLAIM_CORE_STALL_H

#include <chrono>
#include <cstddef>

#include "reclaim/core/garbage.h"

namespace reclaim {

// A thread that has been under one guard, or has kept one object protected, while others retired.
struct stall {
  std::size_t participant = 0;              // the thread's index in the domain
  long thread_id = 0;                       // as the kernel and debuggers know it; 0 once the thread has gone
  char thread_name[16] = "";                // as the kernel knows it
  std::chrono::nanoseconds at_least{0};     // for so long, counted from when it was first seen behind
  bool is_region = false;                   // a guard of a region_domain: all that it may reach waits for it
  garbage holds_at_most;                    // of what is pending
  const char* file = nullptr;               // where the guard was made; in builds that track guards, else null
  const char* function = nullptr;
  unsigned line = 0;
};

}  // namespace reclaim

#endif  // RECLAIM_CORE_STALL_H
