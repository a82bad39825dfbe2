/* liburcu, flavour signal: grace periods interrupt the readers by a signal.
 *
 * Not here: defer_rcu(), at two threads fifteen times as slow as call_rcu(). */

#define _LGPL_SOURCE /* inlines the read side */
#define URCU_API_MAP
#include <urcu/urcu-signal.h>

#include "bench/peers/urcu_scheme.h"

#define FLAVOUR "liburcu 0.13 signal, C, static, read side inlined"

const struct race_scheme urcu_signal = {
    .name = "urcu-signal",
    .settings = FLAVOUR "; call_rcu, a helper thread for each worker frees",
    .marks = race_epochs | race_frees_elsewhere | race_signals,
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
