/* Concurrency Kit's entries in the race. */

#ifndef RECLAIM_BENCH_PEERS_CK_ENTRIES_H
#define RECLAIM_BENCH_PEERS_CK_ENTRIES_H

#include "bench/race/entrant/race.h"

extern const struct race_scheme ck_epoch_scheme, ck_hp_scheme;
extern const struct race_map ck_ht_map;
extern const struct race_queue ck_hp_fifo_queue;

#endif /* RECLAIM_BENCH_PEERS_CK_ENTRIES_H */
