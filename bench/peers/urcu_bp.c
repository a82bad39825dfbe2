/* liburcu, flavour bp: threads register themselves; grace periods by sys_membarrier(), no fence in readers. */

#define _LGPL_SOURCE /* inlines the read side */
#define URCU_API_MAP
#include <urcu/urcu-bp.h>

#include "bench/peers/urcu_defer.h"
#include "bench/peers/urcu_map.h"
#include "bench/peers/urcu_queue.h"
#include "bench/peers/urcu_scheme.h"

#define FLAVOUR "liburcu 0.13 bp, C, static, read side inlined"

const struct race_scheme urcu_bp = {
    .name = "urcu-bp",
    .settings = FLAVOUR "; call_rcu, a helper thread for each worker frees",
    .marks = race_epochs | race_frees_elsewhere,
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

const struct race_scheme urcu_bp_defer = {
    .name = "urcu-bp defer",
    .settings = FLAVOUR "; defer_rcu, queue of 4,096",
    .marks = race_epochs,
    .join = defer_join,
    .leave = defer_leave,
    .rest = defer_rest,
    .retire = defer_retire,
    .retire_timed = defer_retire_timed,
};

const struct race_map urcu_bp_map = {
    .name = "cds_lfht/bp",
    .settings = FLAVOUR
    "; grown by cds_lfht_resize() to two or more buckets an element, at most 2^26 (one mapping); call_rcu, a helper "
    "thread for each worker",
    .marks = race_epochs | race_frees_elsewhere | race_grows,
    .join = join,
    .leave = leave,
    .rest = rest,
    .make = map_make,
    .mix = map_mix,
};

const struct race_queue urcu_bp_queue = {
    .name = "cds_lfq/bp",
    .settings = FLAVOUR "; cds_lfq_rcu; call_rcu, a helper thread for each worker",
    .marks = race_epochs | race_frees_elsewhere | race_node_an_element,
    .join = join,
    .leave = leave,
    .rest = rest,
    .make = queue_make,
    .pairs = queue_pairs,
};
