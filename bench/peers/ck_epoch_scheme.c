/* Concurrency Kit's epochs. */

#include <ck_epoch.h>
#include <ck_pr.h>
#include <stdint.h>
#include <stdlib.h>

#include "bench/peers/ck_entries.h"

/* What one poll frees, up to seven, stays in malloc's cache of the thread. */
enum { retires_a_poll = 7 };

/* Records stay in the domain's list for good. */
struct worker {
  ck_epoch_record_t record;
  unsigned retires; /* since its last poll */
};

static ck_epoch_t epochs;
static _Thread_local struct worker* own;

static void start(void) {
  ck_epoch_init(&epochs);
}

static void join(void) {
  own = aligned_alloc(128, (sizeof *own + 127) / 128 * 128);
  own->retires = 0;
  ck_epoch_register(&epochs, &own->record, NULL);
}

/* Frees all; waits for whoever is in a section. */
static void rest(void) {
  ck_epoch_barrier(&own->record);
}

static void leave(void) {
  rest();
  ck_epoch_unregister(&own->record);
}

static void enter(uint64_t n) {
  ck_epoch_record_t* const record = &own->record;
  for (; n != 0; --n) {
    ck_epoch_begin(record, NULL);
    race_keep();
    ck_epoch_end(record, NULL);
  }
}

static void nested(uint64_t n) {
  ck_epoch_begin(&own->record, NULL);
  enter(n);
  ck_epoch_end(&own->record, NULL);
}

static void hold(void) {
  ck_epoch_begin(&own->record, NULL);
}
static void let_go(void) {
  ck_epoch_end(&own->record, NULL);
}

struct object {
  ck_epoch_entry_t hook;
  char payload[32 - sizeof(ck_epoch_entry_t)];
};

struct counted_object {
  ck_epoch_entry_t hook;
  char payload[64 - sizeof(ck_epoch_entry_t)];
};

static void free_object(ck_epoch_entry_t* hook) {
  free((char*)hook - offsetof(struct object, hook));
}

static void free_counted(ck_epoch_entry_t* hook) {
  race_count_end();
  free((char*)hook - offsetof(struct counted_object, hook));
}

static inline void guarded_call(struct worker* self, ck_epoch_entry_t* hook, ck_epoch_cb_t* end) {
  ck_epoch_begin(&self->record, NULL);
  ck_epoch_call(&self->record, hook, end);
  ck_epoch_end(&self->record, NULL);
  if (++self->retires < retires_a_poll) return;
  self->retires = 0;
  ck_epoch_poll(&self->record);
}

static void retire(uint64_t n) {
  struct worker* const self = own;
  for (; n != 0; --n) {
    struct object* const made = malloc(sizeof *made);
    guarded_call(self, &made->hook, free_object);
  }
}

static void retire_timed(uint64_t n, uint32_t* ticks) {
  struct worker* const self = own;
  for (uint64_t i = 0; i != n; ++i) {
    struct object* const made = malloc(sizeof *made);
    const uint64_t start = race_ticks();
    guarded_call(self, &made->hook, free_object);
    ticks[i] = (uint32_t)(race_ticks() - start);
  }
}

static void retire_counted(uint64_t n) {
  struct worker* const self = own;
  for (; n != 0; --n) {
    struct counted_object* const made = malloc(sizeof *made);
    guarded_call(self, &made->hook, free_counted);
  }
}

/* A sorted list in the manner of Harris: the lowest bit of a node's `next` says that the node is erased.  It has what
 * the race asks for: insert and find; whoever meets an erased node unlinks it. */
struct list_node {
  uint64_t key;
  struct list_node* next;
  ck_epoch_entry_t hook;
};

struct list {
  struct list_node* first;
  uint64_t nodes;
};

struct place {
  struct list_node** link; /* what points to `node` */
  struct list_node* node;  /* the first whose key is not below that looked for; null at the end */
};

static int is_marked(const struct list_node* next) {
  return ((uintptr_t)next & 1) != 0;
}
static struct list_node* unmarked(struct list_node* next) {
  return (struct list_node*)((uintptr_t)next & ~(uintptr_t)1);
}

static void free_list_node(ck_epoch_entry_t* hook) {
  free((char*)hook - offsetof(struct list_node, hook));
}

/* Returns whether `node` was unlinked; if not, `link` is no longer what points to it. */
__attribute__((noinline, cold)) static int unlink_marked(struct list_node** link, struct list_node* node) {
  if (!ck_pr_cas_ptr(link, node, unmarked(ck_pr_load_ptr(&node->next)))) return 0;
  ck_epoch_call(&own->record, &node->hook, free_list_node);
  return 1;
}

/* Precondition: in a section. */
static inline struct place seek(struct list* list, uint64_t key) {
  for (;;) {
    struct place at = {&list->first, ck_pr_load_ptr(&list->first)};
    for (;;) {
      if (at.node == NULL) return at;
      struct list_node* const next = ck_pr_load_ptr(&at.node->next);
      if (CK_CC_UNLIKELY(is_marked(next))) {
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

static void list_insert(struct list* list, uint64_t key) {
  struct list_node* const made = malloc(sizeof *made);
  made->key = key;
  ck_epoch_begin(&own->record, NULL);
  for (;;) {
    const struct place at = seek(list, key);
    made->next = at.node;
    ck_pr_fence_store_atomic();
    if (ck_pr_cas_ptr(at.link, at.node, made)) break;
  }
  ck_epoch_end(&own->record, NULL);
}

static void* list_make(uint64_t nodes) {
  struct list* const made = malloc(sizeof *made);
  *made = (struct list){NULL, nodes};
  for (uint64_t key = 0; key != nodes; ++key) list_insert(made, key);
  return made;
}

static uint64_t list_find(void* made, uint64_t n) {
  struct list* const list = made;
  ck_epoch_record_t* const record = &own->record;
  const uint64_t absent = list->nodes;
  uint64_t found = 0;
  for (; n != 0; --n) {
    ck_epoch_begin(record, NULL);
    const struct list_node* const node = seek(list, absent).node;
    found += node != NULL && node->key == absent;
    ck_epoch_end(record, NULL);
  }
  return found;
}

const struct race_scheme ck_epoch_scheme = {
    .name = "ck_epoch",
    .settings =
        "Concurrency Kit 0.7.1, C, static; record at hand, no section; ck_epoch_call, ck_epoch_poll each 7 retires",
    .marks = race_epochs,
    .start = start,
    .join = join,
    .leave = leave,
    .rest = rest,
    .enter = enter,
    .nested = nested,
    .retire = retire,
    .retire_timed = retire_timed,
    .retire_counted = retire_counted,
    .hold = hold,
    .let_go = let_go,
    .list_make = list_make,
    .list_find = list_find,
};
