/* liburcu's lock-free queue over one flavour.  A flavour's .c includes urcu_scheme.h and then this. */

#ifndef RECLAIM_BENCH_PEERS_URCU_QUEUE_H
#define RECLAIM_BENCH_PEERS_URCU_QUEUE_H

#include <urcu/rculfqueue.h>

#include "bench/peers/urcu_scheme.h"

struct queue_node {
  struct cds_lfq_node_rcu node;
  uint64_t value;
  struct rcu_head hook;
};

static inline void free_queue_node(struct rcu_head* hook) {
  free(caa_container_of(hook, struct queue_node, hook));
}

static inline void* queue_make(void) {
  struct cds_lfq_queue_rcu* const made = malloc(sizeof *made);
  cds_lfq_init_rcu(made, call_rcu);
  return made;
}

static inline void enqueue(struct cds_lfq_queue_rcu* queue, uint64_t value) {
  struct queue_node* const made = malloc(sizeof *made);
  cds_lfq_node_init_rcu(&made->node);
  made->value = value;
  rcu_read_lock();
  cds_lfq_enqueue_rcu(queue, &made->node);
  rcu_read_unlock();
}

static inline int dequeue(struct cds_lfq_queue_rcu* queue) {
  rcu_read_lock();
  struct cds_lfq_node_rcu* const taken = cds_lfq_dequeue_rcu(queue);
  if (taken != NULL) {
    struct queue_node* const node = caa_container_of(taken, struct queue_node, node);
    race_use(node->value);
    call_rcu(&node->hook, free_queue_node);
  }
  rcu_read_unlock();
  return taken != NULL;
}

static inline uint64_t queue_pairs(void* made, uint64_t n) {
  uint64_t found = 0;
  rcu_thread_online();
  for (; n != 0; --n) {
    enqueue(made, n);
    found += dequeue(made);
    rcu_quiescent_state();
  }
  rcu_thread_offline();
  return found;
}

#endif /* RECLAIM_BENCH_PEERS_URCU_QUEUE_H */
