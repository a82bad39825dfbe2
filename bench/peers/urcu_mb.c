/* liburcu, flavour mb: readers fence. */

#define _LGPL_SOURCE /* inlines the read side */
#define URCU_API_MAP
#include <urcu/urcu-mb.h>

#include "bench/peers/urcu_defer.h"
#include "bench/peers/urcu_scheme.h"

#define FLAVOUR "liburcu 0.13 mb, C, static, read side inlined"

const struct race_scheme urcu_mb = {
    .name = "urcu-mb",
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

const struct race_scheme urcu_mb_defer = {
    .name = "urcu-mb defer",
    .settings = FLAVOUR "; defer_rcu, queue of 4,096",
    .marks = race_epochs,
    .join = defer_join,
    .leave = defer_leave,
    .rest = defer_rest,
    .retire = defer_retire,
    .retire_timed = defer_retire_timed,
};
