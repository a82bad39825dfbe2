/* The tables of liburcu's flavours.  Each has its own translation unit: their headers define the same names. */

#ifndef RECLAIM_BENCH_PEERS_URCU_H
#define RECLAIM_BENCH_PEERS_URCU_H

#include "bench/race/entrant/race.h"

extern const struct race_scheme urcu_memb, urcu_memb_defer;
extern const struct race_scheme urcu_bp, urcu_bp_defer;
extern const struct race_scheme urcu_mb, urcu_mb_defer;
extern const struct race_scheme urcu_signal;
extern const struct race_scheme urcu_qsbr;

extern const struct race_map urcu_memb_map, urcu_bp_map, urcu_qsbr_map;

extern const struct race_queue urcu_memb_queue, urcu_bp_queue, urcu_qsbr_queue;
extern const struct race_queue urcu_wfcqueue;

#endif /* RECLAIM_BENCH_PEERS_URCU_H */
