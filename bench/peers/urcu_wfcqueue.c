/* liburcu's queue of wait-free enqueues and of dequeues under a lock.  It needs no grace period: what is dequeued is
 * freed at once. */

#define _LGPL_SOURCE /* inlines the queue */
#include <stdint.h>
#include <stdlib.h>
#include <urcu/wfcqueue.h>

#include "bench/peers/urcu.h"

struct queue {
  struct cds_wfcq_head head;
  struct cds_wfcq_tail tail __attribute__((aligned(128)));
};

struct queue_node {
  struct cds_wfcq_node node;
  uint64_t value;
};

static void* make(void) {
  struct queue* const made = aligned_alloc(128, sizeof *made);
  cds_wfcq_init(&made->head, &made->tail);
  return made;
}

static void enqueue(struct queue* queue, uint64_t value) {
  struct queue_node* const made = malloc(sizeof *made);
  cds_wfcq_node_init(&made->node);
  made->value = value;
  cds_wfcq_enqueue(&queue->head, &queue->tail, &made->node);
}

static int dequeue(struct queue* queue) {
  struct cds_wfcq_node* const taken = cds_wfcq_dequeue_blocking(&queue->head, &queue->tail);
  if (taken == NULL) return 0;
  struct queue_node* const node = caa_container_of(taken, struct queue_node, node);
  race_use(node->value);
  free(node);
  return 1;
}

static uint64_t pairs(void* made, uint64_t n) {
  uint64_t found = 0;
  for (; n != 0; --n) {
    enqueue(made, n);
    found += dequeue(made);
  }
  return found;
}

const struct race_queue urcu_wfcqueue = {
    .name = "cds_wfcq",
    .settings = "liburcu 0.13, C, static, inlined; cds_wfcqueue: enqueues wait-free, dequeues under its mutex",
    .marks = race_blocks,
    .make = make,
    .pairs = pairs,
};
