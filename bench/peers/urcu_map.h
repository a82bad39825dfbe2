/* liburcu's hash table over one flavour.  A flavour's .c includes urcu_scheme.h and then this. */

#ifndef RECLAIM_BENCH_PEERS_URCU_MAP_H
#define RECLAIM_BENCH_PEERS_URCU_MAP_H

#include <urcu/rculfhash.h>

#include "bench/peers/urcu_scheme.h"

enum { first_buckets = 16, elements_a_count = 64 };

/* Whoever inserts makes the table grow, by cds_lfht_resize().  The table can also grow by itself, but not for sure:
 * when its resizing thread is done before the inserting one has noted that a resize was begun, no other is ever begun,
 * and a fast filling ends in chains of thousands. */
struct map {
  struct cds_lfht* table;
  uint64_t elements __attribute__((aligned(128))); /* counted by elements_a_count */
  uint64_t buckets;                                /* two or more an element; changes under `growing` */
  pthread_mutex_t growing;
};

struct map_node {
  struct cds_lfht_node node;
  uint64_t key;
  uint64_t value;
  struct rcu_head hook;
};

static inline struct map_node* map_node_of(struct cds_lfht_node* node) {
  return caa_container_of(node, struct map_node, node);
}

static inline int has_key(struct cds_lfht_node* node, const void* key) {
  return map_node_of(node)->key == *(const uint64_t*)key;
}

static inline void free_map_node(struct rcu_head* hook) {
  free(caa_container_of(hook, struct map_node, hook));
}

static inline void* map_make(uint64_t expected) {
  /* A bound of the buckets lets them lie in one mapping, where one is found by an addition. */
  const unsigned long most_buckets = (unsigned long)1 << 26;
  (void)expected;
  struct map* const made = aligned_alloc(128, sizeof *made);
  *made = (struct map){.table = cds_lfht_new(first_buckets, first_buckets, most_buckets, 0, NULL),
                       .buckets = first_buckets,
                       .growing = PTHREAD_MUTEX_INITIALIZER};
  return made;
}

/* Whoever finds another at it goes on: in qsbr, those who wait would stop a grace period.
 * Precondition: not in a read-side critical section. */
static inline void map_grow(struct map* map, uint64_t buckets) {
  if (pthread_mutex_trylock(&map->growing) != 0) return;
  if (map->buckets < buckets) {
    cds_lfht_resize(map->table, buckets);
    __atomic_store_n(&map->buckets, buckets, __ATOMIC_RELAXED);
  }
  pthread_mutex_unlock(&map->growing);
}

static inline void map_count(struct map* map) {
  const uint64_t elements = __atomic_add_fetch(&map->elements, elements_a_count, __ATOMIC_RELAXED);
  uint64_t buckets = __atomic_load_n(&map->buckets, __ATOMIC_RELAXED);
  if (2 * elements <= buckets) return;
  while (buckets < 2 * elements) buckets *= 2;
  map_grow(map, buckets);
}

static inline struct cds_lfht_node* map_look_up(struct cds_lfht* map, uint64_t key) {
  struct cds_lfht_iter at;
  cds_lfht_lookup(map, race_hash(key), has_key, &key, &at);
  return cds_lfht_iter_get_node(&at);
}

static inline int map_get(struct cds_lfht* map, uint64_t key) {
  rcu_read_lock();
  struct cds_lfht_node* const found = map_look_up(map, key);
  if (found != NULL) race_use(map_node_of(found)->value);
  rcu_read_unlock();
  return found != NULL;
}

/* `*spare` is inserted, and is null then, or is kept for the next. */
static inline int map_insert(struct cds_lfht* map, uint64_t key, struct map_node** spare) {
  if (*spare == NULL) *spare = malloc(sizeof **spare);
  struct map_node* const made = *spare;
  made->key = made->value = key;
  rcu_read_lock();
  const int inserted = cds_lfht_add_unique(map, race_hash(key), has_key, &key, &made->node) == &made->node;
  rcu_read_unlock();
  if (inserted) *spare = NULL;
  return inserted;
}

static inline int map_erase(struct cds_lfht* map, uint64_t key) {
  rcu_read_lock();
  struct cds_lfht_node* const found = map_look_up(map, key);
  const int erased = found != NULL && cds_lfht_del(map, found) == 0;
  if (erased) call_rcu(&map_node_of(found)->hook, free_map_node);
  rcu_read_unlock();
  return erased;
}

static inline uint64_t map_mix(void* made, const uint32_t* ops, uint64_t n) {
  struct map* const map = made;
  struct map_node* spare = NULL;
  uint64_t done = 0;
  int uncounted = 0;
  rcu_thread_online();
  for (uint64_t i = 0; i != n; ++i) {
    const uint64_t key = race_key(ops[i]);
    switch (race_verb_of(ops[i])) {
      case race_get:
        done += map_get(map->table, key);
        break;
      case race_insert:
        if (!map_insert(map->table, key, &spare)) break;
        ++done;
        if (++uncounted == elements_a_count) {
          map_count(map);
          uncounted = 0;
        }
        break;
      case race_erase:
        if (!map_erase(map->table, key)) break;
        ++done;
        --uncounted;
        break;
    }
    rcu_quiescent_state();
  }
  rcu_thread_offline();
  free(spare);
  return done;
}

#endif /* RECLAIM_BENCH_PEERS_URCU_MAP_H */
