// Keeping a thread on one processor.

#ifndef RECLAIM_BENCH_SUPPORT_PROCESSOR_H
#define RECLAIM_BENCH_SUPPORT_PROCESSOR_H

#include <pthread.h>
#include <sched.h>

#include <cstddef>

namespace reclaim::bench {

// Keeps the calling thread on the `number`th processor that it may use.  Returns whether there is one.
inline bool settle_on(std::size_t number) {
  cpu_set_t allowed;
  if (sched_getaffinity(0, sizeof allowed, &allowed) != 0) return false;
  for (int cpu = 0; cpu != CPU_SETSIZE; ++cpu) {
    if (!CPU_ISSET(cpu, &allowed) || number-- != 0) continue;
    cpu_set_t only;
    CPU_ZERO(&only);
    CPU_SET(cpu, &only);
    return pthread_setaffinity_np(pthread_self(), sizeof only, &only) == 0;
  }
  return false;
}

}  // namespace reclaim::bench

#endif  // RECLAIM_BENCH_SUPPORT_PROCESSOR_H
