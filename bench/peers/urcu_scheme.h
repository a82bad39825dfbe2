/* The loops of one flavour of liburcu.  A flavour's .c includes that flavour's header, and then this.
 *
 * A worker is online (qsbr; to the other flavours it is all one) only inside of a loop, or while it holds: between
 * loops it sleeps, and grace periods must not wait for it. */

#ifndef RECLAIM_BENCH_PEERS_URCU_SCHEME_H
#define RECLAIM_BENCH_PEERS_URCU_SCHEME_H

#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>

#include "bench/peers/urcu.h"

/* Each worker has a helper thread that frees what it retires, on the worker's own processor if it has one (what a
 * thread starts is tied to the same processors).  With one helper for all, two workers wait for each other at its
 * queue. */
static inline void join(void) {
  rcu_register_thread();
  rcu_thread_offline();
  set_thread_call_rcu_data(create_call_rcu_data(0, -1));
}

static inline void leave(void) {
  struct call_rcu_data* const own = get_thread_call_rcu_data();
  set_thread_call_rcu_data(NULL);
  call_rcu_data_free(own);
  rcu_unregister_thread();
}

/* Waits until all that call_rcu() was given is freed.  One worker does it for all. */
static inline void rest(void) {
  static pthread_mutex_t waiting = PTHREAD_MUTEX_INITIALIZER;
  if (pthread_mutex_trylock(&waiting) != 0) return;
  rcu_barrier();
  pthread_mutex_unlock(&waiting);
}

static inline void enter(uint64_t n) {
  rcu_thread_online();
  for (; n != 0; --n) {
    rcu_read_lock();
    race_keep();
    rcu_read_unlock();
    rcu_quiescent_state();
  }
  rcu_thread_offline();
}

static inline void nested(uint64_t n) {
  rcu_thread_online();
  rcu_read_lock();
  for (; n != 0; --n) {
    rcu_read_lock();
    race_keep();
    rcu_read_unlock();
  }
  rcu_read_unlock();
  rcu_thread_offline();
}

static inline void hold(void) {
  rcu_thread_online();
  rcu_read_lock();
}

static inline void let_go(void) {
  rcu_read_unlock();
  rcu_thread_offline();
}

/* What is retired by call_rcu() carries its hook. */
struct hooked_object {
  struct rcu_head hook;
  char payload[32 - sizeof(struct rcu_head)];
};

struct counted_object {
  struct rcu_head hook;
  char payload[64 - sizeof(struct rcu_head)];
};

static inline void free_hooked(struct rcu_head* hook) {
  free(caa_container_of(hook, struct hooked_object, hook));
}

static inline void free_counted(struct rcu_head* hook) {
  race_count_end();
  free(caa_container_of(hook, struct counted_object, hook));
}

static inline void guarded_call(struct rcu_head* hook, void (*end)(struct rcu_head*)) {
  rcu_read_lock();
  call_rcu(hook, end);
  rcu_read_unlock();
  rcu_quiescent_state();
}

static inline void call_retire(uint64_t n) {
  rcu_thread_online();
  for (; n != 0; --n) {
    struct hooked_object* const made = malloc(sizeof *made);
    guarded_call(&made->hook, free_hooked);
  }
  rcu_thread_offline();
}

static inline void call_retire_timed(uint64_t n, uint32_t* ticks) {
  rcu_thread_online();
  for (uint64_t i = 0; i != n; ++i) {
    struct hooked_object* const made = malloc(sizeof *made);
    const uint64_t start = race_ticks();
    guarded_call(&made->hook, free_hooked);
    ticks[i] = (uint32_t)(race_ticks() - start);
  }
  rcu_thread_offline();
}

static inline void call_retire_counted(uint64_t n) {
  rcu_thread_online();
  for (; n != 0; --n) {
    struct counted_object* const made = malloc(sizeof *made);
    guarded_call(&made->hook, free_counted);
  }
  rcu_thread_offline();
}

/* A sorted list in the manner of Harris: the lowest bit of a node's `next` says that the node is erased.  It has what
 * the race asks for: insert and find; whoever meets an erased node unlinks it. */
struct list_node {
  uint64_t key;
  struct list_node* next;
  struct rcu_head hook;
};

struct list {
  struct list_node* first;
  uint64_t nodes;
};

struct place {
  struct list_node** link; /* what points to `node` */
  struct list_node* node;  /* the first whose key is not below that looked for; null at the end */
};

static inline int is_marked(const struct list_node* next) {
  return ((uintptr_t)next & 1) != 0;
}
static inline struct list_node* unmarked(struct list_node* next) {
  return (struct list_node*)((uintptr_t)next & ~(uintptr_t)1);
}

static inline void free_list_node(struct rcu_head* hook) {
  free(caa_container_of(hook, struct list_node, hook));
}

/* Returns whether `node` was unlinked; if not, `link` is no longer what points to it. */
__attribute__((noinline, cold)) static int unlink_marked(struct list_node** link, struct list_node* node) {
  if (uatomic_cmpxchg(link, node, unmarked(node->next)) != node) return 0;
  call_rcu(&node->hook, free_list_node);
  return 1;
}

/* Precondition: in a read-side critical section. */
static inline struct place seek(struct list* list, uint64_t key) {
  for (;;) {
    struct place at = {&list->first, rcu_dereference(list->first)};
    for (;;) {
      if (at.node == NULL) return at;
      struct list_node* const next = rcu_dereference(at.node->next);
      if (caa_unlikely(is_marked(next))) {
        if (!unlink_marked(at.link, at.node)) break;
        at.node = unmarked(next);
        continue;
      }
      if (at.node->key >= key) return at;
      at.link = &at.node->next;
      at.node = next;
    }
  }
}

static inline void list_insert(struct list* list, uint64_t key) {
  struct list_node* const made = malloc(sizeof *made);
  made->key = key;
  rcu_read_lock();
  for (;;) {
    const struct place at = seek(list, key);
    made->next = at.node;
    if (uatomic_cmpxchg(at.link, at.node, made) == at.node) break;
  }
  rcu_read_unlock();
}

static inline void* list_make(uint64_t nodes) {
  struct list* const made = malloc(sizeof *made);
  *made = (struct list){NULL, nodes};
  rcu_thread_online();
  for (uint64_t key = 0; key != nodes; ++key) list_insert(made, key);
  rcu_thread_offline();
  return made;
}

static inline uint64_t list_find(void* made, uint64_t n) {
  struct list* const list = made;
  const uint64_t absent = list->nodes;
  uint64_t found = 0;
  rcu_thread_online();
  for (; n != 0; --n) {
    rcu_read_lock();
    const struct list_node* const node = seek(list, absent).node;
    found += node != NULL && node->key == absent;
    rcu_read_unlock();
    rcu_quiescent_state();
  }
  rcu_thread_offline();
  return found;
}

#endif /* RECLAIM_BENCH_PEERS_URCU_SCHEME_H */
