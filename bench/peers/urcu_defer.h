/* The loops of a flavour's defer_rcu(), which frees on the thread that retires.  A flavour's .c includes urcu_scheme.h
 * and then this.
 *
 * It cannot run the stall: with its queue full, the writer waits for the reader, who waits for the writer to be done.
 */

#ifndef RECLAIM_BENCH_PEERS_URCU_DEFER_H
#define RECLAIM_BENCH_PEERS_URCU_DEFER_H

#include <stdio.h>

#include "bench/peers/urcu_scheme.h"

static inline void defer_join(void) {
  rcu_register_thread();
  if (rcu_defer_register_thread() == 0) return;
  fputs("urcu: no memory for the queue of defer_rcu()\n", stderr);
  exit(EXIT_FAILURE);
}

static inline void defer_leave(void) {
  rcu_defer_unregister_thread();
  rcu_unregister_thread();
}

static inline void defer_rest(void) {
  rcu_defer_barrier_thread();
}

struct deferred_object {
  char payload[32];
};

/* The section ends before the call, which may wait for a grace period. */
static inline void guarded_defer(struct deferred_object* object) {
  rcu_read_lock();
  race_keep();
  rcu_read_unlock();
  defer_rcu(free, object);
}

static inline void defer_retire(uint64_t n) {
  for (; n != 0; --n) guarded_defer(malloc(sizeof(struct deferred_object)));
}

static inline void defer_retire_timed(uint64_t n, uint32_t* ticks) {
  for (uint64_t i = 0; i != n; ++i) {
    struct deferred_object* const made = malloc(sizeof *made);
    const uint64_t start = race_ticks();
    guarded_defer(made);
    ticks[i] = (uint32_t)(race_ticks() - start);
  }
}

#endif /* RECLAIM_BENCH_PEERS_URCU_DEFER_H */
