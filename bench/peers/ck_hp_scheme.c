/* Concurrency Kit's hazard pointers: the scheme, a list and a queue over it. */

#include <ck_hp.h>
#include <ck_hp_fifo.h>
#include <ck_pr.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>

#include "bench/peers/ck_entries.h"

#define THRESHOLD "scans each 7 retires, or each 2H - 1 with H > 4 hazard pointers in all"

enum { most_slots = 2 };

/* A domain for each kind of object: the destructor belongs to the domain. */
enum domain { objects, counted_objects, list_nodes, queue_nodes, domains };

struct slots {
  void* pointers[most_slots];
} __attribute__((aligned(128)));

/* Records stay in their domain's list for good. */
struct worker {
  struct slots slots[domains];
  ck_hp_record_t records[domains];
};

static ck_hp_t hazards[domains];
static _Thread_local struct worker* own;

static ck_hp_record_t* record_of(enum domain domain) {
  return &own->records[domain];
}

static void free_counted(void* object) {
  race_count_end();
  free(object);
}

/* How many objects are retired before a scan, with `slots` hazard pointers in all.  Up to seven stay in malloc's cache
 * of the thread, which makes small batches cheapest; with many hazard pointers, half of a batch is to be freed at
 * least. */
static unsigned threshold(unsigned slots) {
  return slots <= 4 ? 7 : 2 * slots - 1;
}

static void start(void) {
  ck_hp_init(&hazards[objects], 1, threshold(0), free);
  ck_hp_init(&hazards[counted_objects], 1, threshold(0), free_counted);
  ck_hp_init(&hazards[list_nodes], 2, threshold(0), free);
  ck_hp_init(&hazards[queue_nodes], CK_HP_FIFO_SLOTS_COUNT, threshold(0), free);
}

static void join(void) {
  static pthread_mutex_t joining = PTHREAD_MUTEX_INITIALIZER;
  own = aligned_alloc(128, (sizeof *own + 127) / 128 * 128);
  pthread_mutex_lock(&joining);
  for (int domain = 0; domain != domains; ++domain) {
    ck_hp_t* const all = &hazards[domain];
    ck_hp_register(all, &own->records[domain], own->slots[domain].pointers);
    ck_hp_set_threshold(all, threshold(all->degree * all->n_subscribers));
  }
  pthread_mutex_unlock(&joining);
}

/* Clears the worker's own hazards; what others still protect stays until the next scan. */
static void rest(void) {
  for (int domain = 0; domain != domains; ++domain) {
    ck_hp_clear(record_of(domain));
    ck_hp_reclaim(record_of(domain));
  }
}

static void leave(void) {
  for (int domain = 0; domain != domains; ++domain) {
    ck_hp_clear(record_of(domain));
    ck_hp_purge(record_of(domain));
    ck_hp_unregister(record_of(domain));
  }
}

struct object {
  ck_hp_hazard_t hook;
  char payload[32 - sizeof(ck_hp_hazard_t)];
};

struct counted_object {
  ck_hp_hazard_t hook;
  char payload[64 - sizeof(ck_hp_hazard_t)];
};

static struct object shared;
static struct object* source = &shared;

static inline struct object* protect_source(ck_hp_record_t* record) {
  struct object* p = ck_pr_load_ptr(&source);
  for (;;) {
    ck_hp_set_fence(record, 0, p);
    struct object* const again = ck_pr_load_ptr(&source);
    if (again == p) return p;
    p = again;
  }
}

static void shield(uint64_t n) {
  ck_hp_record_t* const record = record_of(objects);
  for (; n != 0; --n) {
    race_use(protect_source(record));
    ck_hp_set(record, 0, NULL);
  }
}

static void protect(uint64_t n) {
  ck_hp_record_t* const record = record_of(objects);
  for (; n != 0; --n) race_use(protect_source(record));
  ck_hp_set(record, 0, NULL);
}

/* Of the domain that retire_counted() retires to. */
static void hold(void) {
  race_use(protect_source(record_of(counted_objects)));
}
static void let_go(void) {
  ck_hp_set(record_of(counted_objects), 0, NULL);
}

static void retire(uint64_t n) {
  ck_hp_record_t* const record = record_of(objects);
  for (; n != 0; --n) {
    struct object* const made = malloc(sizeof *made);
    ck_hp_free(record, &made->hook, made, made);
  }
}

static void retire_timed(uint64_t n, uint32_t* ticks) {
  ck_hp_record_t* const record = record_of(objects);
  for (uint64_t i = 0; i != n; ++i) {
    struct object* const made = malloc(sizeof *made);
    const uint64_t start = race_ticks();
    ck_hp_free(record, &made->hook, made, made);
    ticks[i] = (uint32_t)(race_ticks() - start);
  }
}

static void retire_counted(uint64_t n) {
  ck_hp_record_t* const record = record_of(counted_objects);
  for (; n != 0; --n) {
    struct counted_object* const made = malloc(sizeof *made);
    ck_hp_free(record, &made->hook, made, made);
  }
}

/* A sorted list in the manner of Michael: the lowest bit of a node's `next` says that the node is erased.  It has what
 * the race asks for: insert and find; whoever meets an erased node unlinks it. */
struct list_node {
  uint64_t key;
  struct list_node* next;
  ck_hp_hazard_t hook;
};

struct list {
  struct list_node* first;
  uint64_t nodes;
};

/* `node` and the node that has `link` are protected. */
struct place {
  struct list_node** link; /* what points to `node` */
  struct list_node* node;  /* the first whose key is not below that looked for; null at the end */
  unsigned slot;           /* that of `node`; the other is that of the node that has `link` */
};

static int is_marked(const struct list_node* next) {
  return ((uintptr_t)next & 1) != 0;
}
static struct list_node* unmarked(struct list_node* next) {
  return (struct list_node*)((uintptr_t)next & ~(uintptr_t)1);
}

/* Protects `node`.  Returns whether `link` points to it after that, and is not marked: then it was not yet retired. */
static inline int protect_node(ck_hp_record_t* record, unsigned slot, struct list_node** link, struct list_node* node) {
  ck_hp_set_fence(record, slot, node);
  return ck_pr_load_ptr(link) == node;
}

/* Unlinks the marked at.node and goes on to the one after it.  Returns a place without a link if at.link points
 * elsewhere by now. */
__attribute__((noinline, cold)) static struct place unlink_marked(ck_hp_record_t* record, struct place at) {
  struct list_node* const erased = at.node;
  at.node = unmarked(ck_pr_load_ptr(&erased->next));
  if (!ck_pr_cas_ptr(at.link, erased, at.node)) return (struct place){NULL, NULL, 0};
  const int is_protected = protect_node(record, at.slot, at.link, at.node);
  ck_hp_free(record, &erased->hook, erased, erased);
  return is_protected ? at : (struct place){NULL, NULL, 0};
}

static inline struct place seek(ck_hp_record_t* record, struct list* list, uint64_t key) {
  for (;;) {
    struct place at = {&list->first, ck_pr_load_ptr(&list->first), 0};
    if (!protect_node(record, at.slot, at.link, at.node)) continue;
    for (;;) {
      if (at.node == NULL) return at;
      struct list_node* const next = ck_pr_load_ptr(&at.node->next);
      if (CK_CC_UNLIKELY(is_marked(next))) {
        at = unlink_marked(record, at);
        if (at.link == NULL) break;
        continue;
      }
      if (at.node->key >= key) return at;
      at.link = &at.node->next;
      at.node = next;
      at.slot ^= 1;
      if (!protect_node(record, at.slot, at.link, at.node)) break;
    }
  }
}

static void list_insert(struct list* list, uint64_t key) {
  ck_hp_record_t* const record = record_of(list_nodes);
  struct list_node* const made = malloc(sizeof *made);
  made->key = key;
  for (;;) {
    const struct place at = seek(record, list, key);
    made->next = at.node;
    ck_pr_fence_store_atomic();
    if (ck_pr_cas_ptr(at.link, at.node, made)) break;
  }
  ck_hp_clear(record);
}

static void* list_make(uint64_t nodes) {
  struct list* const made = malloc(sizeof *made);
  *made = (struct list){NULL, nodes};
  for (uint64_t key = 0; key != nodes; ++key) list_insert(made, key);
  return made;
}

static uint64_t list_find(void* made, uint64_t n) {
  struct list* const list = made;
  ck_hp_record_t* const record = record_of(list_nodes);
  const uint64_t absent = list->nodes;
  uint64_t found = 0;
  for (; n != 0; --n) {
    const struct list_node* const node = seek(record, list, absent).node;
    found += node != NULL && node->key == absent;
    ck_hp_clear(record);
  }
  return found;
}

static void* queue_make(void) {
  ck_hp_fifo_t* const made = aligned_alloc(128, 128);
  ck_hp_fifo_init(made, malloc(sizeof(ck_hp_fifo_entry_t)));
  return made;
}

/* In place of ck_hp_fifo_enqueue_mpmc(), which links the new node to what the tail is when it is read once more: not to
 * the node that the hazard pointer protects. */
static inline void enqueue(ck_hp_record_t* record, ck_hp_fifo_t* queue, uint64_t value) {
  ck_hp_fifo_entry_t* const made = malloc(sizeof *made);
  made->value = (void*)(uintptr_t)value;
  made->next = NULL;
  ck_pr_fence_store_atomic();
  for (;;) {
    ck_hp_fifo_entry_t* const tail = ck_pr_load_ptr(&queue->tail);
    ck_hp_set_fence(record, 0, tail);
    if (ck_pr_load_ptr(&queue->tail) != tail) continue;
    ck_hp_fifo_entry_t* const next = ck_pr_load_ptr(&tail->next);
    if (next != NULL) {
      ck_pr_cas_ptr(&queue->tail, tail, next);
    } else if (ck_pr_cas_ptr(&tail->next, NULL, made)) {
      ck_pr_cas_ptr(&queue->tail, tail, made);
      return;
    }
  }
}

static inline int dequeue(ck_hp_record_t* record, ck_hp_fifo_t* queue) {
  void* value;
  ck_hp_fifo_entry_t* const emptied = ck_hp_fifo_dequeue_mpmc(record, queue, &value);
  if (emptied == NULL) return 0;
  race_use(value);
  ck_hp_free(record, &emptied->hazard, emptied, emptied);
  return 1;
}

static uint64_t queue_pairs(void* made, uint64_t n) {
  ck_hp_record_t* const record = record_of(queue_nodes);
  uint64_t found = 0;
  for (; n != 0; --n) {
    enqueue(record, made, n);
    found += dequeue(record, made);
  }
  return found;
}

const struct race_scheme ck_hp_scheme = {
    .name = "ck_hp",
    .settings = "Concurrency Kit 0.7.1, C, static; record at hand, ck_hp_set_fence; ck_hp_free " THRESHOLD,
    .marks = race_hazards | race_bounded,
    .start = start,
    .join = join,
    .leave = leave,
    .rest = rest,
    .shield = shield,
    .protect = protect,
    .retire = retire,
    .retire_timed = retire_timed,
    .retire_counted = retire_counted,
    .hold = hold,
    .let_go = let_go,
    .list_make = list_make,
    .list_find = list_find,
};

const struct race_queue ck_hp_fifo_queue = {
    .name = "ck_hp_fifo",
    .settings = "Concurrency Kit 0.7.1, C, static; its enqueue mended (links to the node it protects); " THRESHOLD,
    .marks = race_hazards | race_bounded | race_node_an_element,
    .start = start,
    .join = join,
    .leave = leave,
    .rest = rest,
    .make = queue_make,
    .pairs = queue_pairs,
};
