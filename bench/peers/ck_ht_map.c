/* Concurrency Kit's hash table: any number of readers, one writer.  So writers take a mutex.
 *
 * Keys and values lie in the table; what epochs protect is the array, which is replaced when it grows. */

#include <ck_epoch.h>
#include <ck_ht.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>

#include "bench/peers/ck_entries.h"

struct map {
  ck_ht_t table;
  pthread_mutex_t writing __attribute__((aligned(128)));
};

static ck_epoch_t epochs;
static _Thread_local ck_epoch_record_t* own;

static void start(void) {
  ck_epoch_init(&epochs);
}

/* Records stay in the domain's list for good. */
static void join(void) {
  own = aligned_alloc(128, (sizeof *own + 127) / 128 * 128);
  ck_epoch_register(&epochs, own, NULL);
}

static void rest(void) {
  ck_epoch_barrier(own);
}

static void leave(void) {
  rest();
  ck_epoch_unregister(own);
}

/* Each array has a hook before it. */
union array {
  ck_epoch_entry_t hook;
  max_align_t alignment;
};

static void* allocate_array(size_t size) {
  union array* const made = malloc(sizeof *made + size);
  return made == NULL ? NULL : made + 1;
}

static void free_array(ck_epoch_entry_t* hook) {
  free((char*)hook - offsetof(union array, hook));
}

static void release_array(void* data, size_t size, bool is_shared) {
  (void)size;
  union array* const array = (union array*)data - 1;
  if (is_shared) {
    ck_epoch_call(own, &array->hook, free_array);
  } else {
    free(array);
  }
}

static struct ck_malloc allocator = {.malloc = allocate_array, .free = release_array};

/* Zero and all ones have a meaning of their own as keys. */
static uintptr_t stored_key(uint64_t key) {
  return key + 1;
}

static ck_ht_hash_t hash_of(uint64_t key) {
  return (ck_ht_hash_t){race_hash(key)};
}

/* What the table calls when it moves the elements to a longer array. */
static void rehash(ck_ht_hash_t* hash, const void* key, size_t length, uint64_t seed) {
  (void)length;
  (void)seed;
  *hash = hash_of(*(const uintptr_t*)key - 1);
}

static void* make(uint64_t expected) {
  (void)expected;
  struct map* const made = aligned_alloc(128, sizeof *made);
  if (!ck_ht_init(&made->table, CK_HT_MODE_DIRECT | CK_HT_WORKLOAD_DELETE, rehash, &allocator, 16, 1)) abort();
  pthread_mutex_init(&made->writing, NULL);
  return made;
}

static int get(struct map* map, ck_epoch_record_t* record, uint64_t key) {
  ck_ht_entry_t entry;
  ck_ht_entry_key_set_direct(&entry, stored_key(key));
  ck_epoch_begin(record, NULL);
  const int found = ck_ht_get_spmc(&map->table, hash_of(key), &entry);
  ck_epoch_end(record, NULL);
  if (found) race_use(ck_ht_entry_value_direct(&entry));
  return found;
}

static int insert(struct map* map, uint64_t key) {
  ck_ht_entry_t entry;
  ck_ht_entry_set_direct(&entry, hash_of(key), stored_key(key), key);
  pthread_mutex_lock(&map->writing);
  const int inserted = ck_ht_put_spmc(&map->table, hash_of(key), &entry);
  pthread_mutex_unlock(&map->writing);
  return inserted;
}

static int erase(struct map* map, uint64_t key) {
  ck_ht_entry_t entry;
  ck_ht_entry_key_set_direct(&entry, stored_key(key));
  pthread_mutex_lock(&map->writing);
  const int erased = ck_ht_remove_spmc(&map->table, hash_of(key), &entry);
  pthread_mutex_unlock(&map->writing);
  return erased;
}

static uint64_t mix(void* made, const uint32_t* ops, uint64_t n) {
  ck_epoch_record_t* const record = own;
  uint64_t done = 0;
  for (uint64_t i = 0; i != n; ++i) {
    const uint64_t key = race_key(ops[i]);
    switch (race_verb_of(ops[i])) {
      case race_get:
        done += get(made, record, key);
        break;
      case race_insert:
        done += insert(made, key);
        break;
      case race_erase:
        done += erase(made, key);
        break;
    }
  }
  return done;
}

const struct race_map ck_ht_map = {
    .name = "ck_ht",
    .settings =
        "Concurrency Kit 0.7.1, C, static; ck_ht, one writer at a time under a mutex; arrays retired by ck_epoch",
    .marks = race_epochs | race_blocks | race_grows | race_inline_values,
    .start = start,
    .join = join,
    .leave = leave,
    .rest = rest,
    .make = make,
    .mix = mix,
};
