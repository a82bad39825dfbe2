/* liburcu, flavour qsbr: readers declare quiescent states.
 *
 * Not here: defer_rcu(), which waits for itself when two threads retire. */

#define _LGPL_SOURCE /* inlines the read side */
#define URCU_API_MAP
#include <urcu/urcu-qsbr.h>

#include "bench/peers/urcu_map.h"
#include "bench/peers/urcu_queue.h"
#include "bench/peers/urcu_scheme.h"

#define FLAVOUR "liburcu 0.13 qsbr, C, static, read side inlined; a quiescent state after each operation"

const struct race_scheme urcu_qsbr = {
    .name = "urcu-qsbr",
    .settings = FLAVOUR "; call_rcu, a helper thread for each worker frees",
    .marks = race_epochs | race_frees_elsewhere | race_declares,
    .join = join,
    .leave = leave,
    .rest = rest,
    .enter = enter,
    .nested = nested,
    .retire = call_retire,
    .retire_timed = call_retire_timed,
    .retire_counted = call_retire_counted,
    .hold = hold,
    .let_go = let_go,
    .list_make = list_make,
    .list_find = list_find,
};

const struct race_map urcu_qsbr_map = {
    .name = "cds_lfht/qsbr",
    .settings = FLAVOUR
    "; grown by cds_lfht_resize() to two or more buckets an element, at most 2^26 (one mapping); call_rcu, a helper "
    "thread for each worker",
    .marks = race_epochs | race_frees_elsewhere | race_grows | race_declares,
    .join = join,
    .leave = leave,
    .rest = rest,
    .make = map_make,
    .mix = map_mix,
};

const struct race_queue urcu_qsbr_queue = {
    .name = "cds_lfq/qsbr",
    .settings = FLAVOUR "; cds_lfq_rcu; call_rcu, a helper thread for each worker",
    .marks = race_epochs | race_frees_elsewhere | race_node_an_element | race_declares,
    .join = join,
    .leave = leave,
    .rest = rest,
    .make = queue_make,
    .pairs = queue_pairs,
};
