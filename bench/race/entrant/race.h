/* What a library enters into the race: its inner loops, in its own language.
 *
 * A call runs a loop of n operations, so that the call itself costs nothing that shows.  Nothing between the loop and
 * the library: each is compiled with the library's own best settings.  C, C++ and Rust fill the same tables. */

#ifndef RECLAIM_BENCH_RACE_ENTRANT_RACE_H
#define RECLAIM_BENCH_RACE_ENTRANT_RACE_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What a reader of the table must know of an entrant; bars choose their peers by these. */
enum race_marks {
  race_ours = 1 << 0,             /* of this library */
  race_control = 1 << 1,          /* written by hand for this race: what a row costs at least, or at most */
  race_leaks = 1 << 2,            /* frees nothing */
  race_pool = 1 << 3,             /* nodes from a pool that was faulted in before */
  race_signals = 1 << 4,          /* interrupts readers by signals */
  race_declares = 1 << 5,         /* readers must declare a quiescent state an operation */
  race_frees_elsewhere = 1 << 6,  /* another thread than the retiring one frees */
  race_blocks = 1 << 7,           /* takes locks */
  race_grows = 1 << 8,            /* map: grows by itself */
  race_inline_values = 1 << 9,    /* map: values lie in the table, not in nodes */
  race_no_fifo = 1 << 10,         /* queue: FIFO for each producer only, or bounded */
  race_node_an_element = 1 << 11, /* queue: Michael-Scott, and allocates a node an element */
  race_combines = 1 << 12,        /* queue: flat combining */
  race_bounded = 1 << 13,         /* scheme: states a bound of its garbage */
  race_hazards = 1 << 14,         /* scheme: protects single pointers */
  race_epochs = 1 << 15,          /* scheme: protects all that a guard reaches */
};

/* Counts the end of an object of retire_counted(): its deleter calls this once. */
extern uint64_t race_ended;
static inline void race_count_end(void) { __atomic_fetch_add(&race_ended, 1, __ATOMIC_RELAXED); }

/* Stands in each loop in which nothing else would: the compiler keeps every iteration. */
#define race_keep() __asm__ __volatile__("" ::: "memory")
/* The compiler cannot tell what became of `value`. */
#define race_use(value) __asm__ __volatile__("" : : "r"(value) : "memory")

/* The hash of all maps whose hash can be chosen. */
static inline uint64_t race_hash(uint64_t key) {
  const uint64_t h = key * UINT64_C(0x9e3779b97f4a7c15);
  return h ^ (h >> 32);
}

/* A reclamation scheme.  A null loop: the library has no such thing, and the row does not show it. */
struct race_scheme {
  const char* name;     /* "urcu-memb" */
  const char* settings; /* one line: version, flavour, thresholds, flags of its own */
  unsigned marks;

  void (*start)(void); /* once in the process, before any thread joins; may be null */
  void (*join)(void);  /* on each worker, before its first loop; may be null */
  void (*leave)(void); /* on each worker, after its last loop; may be null */
  /* On each worker after every round, outside the measured time, when all have stopped.  May be null.  What a scheme
   * needs so that garbage of one round does not weigh on the next (a barrier, an online/offline). */
  void (*rest)(void);

  void (*enter)(uint64_t n);   /* n x { enter; exit } */
  void (*nested)(uint64_t n);  /* enter; n x { enter; exit }; exit */
  void (*shield)(uint64_t n);  /* n x { make a shield; protect the object of a shared pointer; drop it } */
  void (*protect)(uint64_t n); /* with a shield at hand, n x { protect } */
  /* n x { allocate 32 bytes; [enter]; retire; [exit] }, with the library's amortised freeing */
  void (*retire)(uint64_t n);
  /* As retire(); ticks[i] is what the retire call alone took (with enter and exit), by race_ticks(). */
  void (*retire_timed)(uint64_t n, uint32_t* ticks);

  /* n x { allocate 64 bytes; [enter]; retire; [exit] }: each object's end calls race_count_end(). */
  void (*retire_counted)(uint64_t n);
  /* A reader stalls: enters (and protects one object, where the scheme protects objects), and lets go later. */
  void (*hold)(void);
  void (*let_go)(void);

  /* The library's sorted list (or, `settings` saying so, the best list that can be written over it), with `nodes`
   * keys 0 .. nodes - 1.  find(): n times looks for the absent key `nodes`; returns how often it was found (0). */
  void* (*list_make)(uint64_t nodes);
  uint64_t (*list_find)(void* list, uint64_t n);
};

/* One operation on a map: a key and what to do. */
enum race_verb { race_get = 0, race_insert = 1, race_erase = 2 };
static inline uint64_t race_key(uint32_t op) { return op >> 2; }
static inline enum race_verb race_verb_of(uint32_t op) { return (enum race_verb)(op & 3); }

/* A map of uint64_t to uint64_t. */
struct race_map {
  const char* name;
  const char* settings;
  unsigned marks;

  void (*start)(void);
  void (*join)(void);
  void (*leave)(void);
  void (*rest)(void);

  /* An empty map, of 16 buckets where it grows; `expected` elements otherwise. */
  void* (*make)(uint64_t expected);
  /* Does ops[0 .. n): get (use the value), insert (key, key; if absent) or erase.
   * Returns how many found or changed what they looked for. */
  uint64_t (*mix)(void* map, const uint32_t* ops, uint64_t n);
};

/* A queue of uint64_t (of pointers, where it takes only those). */
struct race_queue {
  const char* name;
  const char* settings;
  unsigned marks;

  void (*start)(void);
  void (*join)(void);
  void (*leave)(void);
  void (*rest)(void);

  void* (*make)(void);
  /* n x { enqueue a number; dequeue }.  Returns how many dequeues found something. */
  uint64_t (*pairs)(void* queue, uint64_t n);
};

/* A slab of uint64_t, named by keys.  Loops as those of a scheme: null where there is no such thing. */
struct race_slab {
  const char* name;
  const char* settings;
  unsigned marks;

  void (*start)(void);
  void (*join)(void);
  void (*leave)(void);
  void (*rest)(void);

  /* One slab for all workers. */
  void (*churn)(uint64_t n);    /* n x { insert; remove } */
  void (*get)(uint64_t n);      /* n x { get one of the worker's own 1,000 keys, under a guard of its own; use the value } */
  void (*get_held)(uint64_t n); /* the same, under one guard (or lock) for all */
  void (*hot)(uint64_t n);      /* n x { get the one key of all workers } */
  void (*exchange)(uint64_t n); /* two workers: n x { insert, give the key to the other; remove what the other gave } */
  void (*stream)(uint64_t n);   /* two workers: one inserts n and gives the keys to the other, which removes them */
  /* A slab of its own for each worker. */
  void (*fill)(uint64_t n); /* n x insert; with 100,000 in it the slab is dropped, and a new one made */
  void (*drop)(uint64_t n); /* n x { make a slab; insert; drop it } */
  /* One pool of strings for all workers: n x { get one for oneself, cleared; give it back }; and where it is known by a key
   * to others meanwhile.  Where a library has but the second way, that is its first as well. */
  void (*pool)(uint64_t n);
  void (*publish)(uint64_t n);
};

/* The processor's time stamp. */
static inline uint64_t race_ticks(void) {
#if defined(__x86_64__)
  unsigned low, high, processor;
  __asm__ __volatile__("rdtscp" : "=a"(low), "=d"(high), "=c"(processor) : : "memory");
  return ((uint64_t)high << 32) | low;
#elif defined(__aarch64__)
  uint64_t ticks;
  __asm__ __volatile__("isb; mrs %0, cntvct_el0" : "=r"(ticks) : : "memory");
  return ticks;
#else
#error "race_ticks: no time stamp is known for this processor"
#endif
}

/* The whole program of an entrant.  Each array ends with an entry whose name is null; any may be null. */
int race_main(int argc, char** argv, const struct race_scheme* schemes, const struct race_map* maps,
              const struct race_queue* queues, const struct race_slab* slabs);

#ifdef __cplusplus
}
#endif

#endif /* RECLAIM_BENCH_RACE_ENTRANT_RACE_H */
