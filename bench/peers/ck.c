/* Concurrency Kit's entries in the race.
 *
 * Not here: ck_fifo_mpmc.  It puts the generation of a node back to zero with each use, and it says "empty" without a
 * second look at the head: a dequeue may miss what is there. */

#include "bench/peers/ck_entries.h"

int main(int argc, char** argv) {
  const struct race_scheme schemes[] = {ck_epoch_scheme, ck_hp_scheme, {.name = 0}};
  const struct race_map maps[] = {ck_ht_map, {.name = 0}};
  const struct race_queue queues[] = {ck_hp_fifo_queue, {.name = 0}};
  return race_main(argc, argv, schemes, maps, queues, 0);
}
