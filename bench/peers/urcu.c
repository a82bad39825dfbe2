/* liburcu's entries in the race. */

#include "bench/peers/urcu.h"

int main(int argc, char** argv) {
  const struct race_scheme schemes[] = {
      urcu_memb, urcu_memb_defer, urcu_bp, urcu_bp_defer, urcu_qsbr, urcu_mb, urcu_mb_defer, urcu_signal, {.name = 0},
  };
  const struct race_map maps[] = {urcu_memb_map, urcu_bp_map, urcu_qsbr_map, {.name = 0}};
  const struct race_queue queues[] = {urcu_memb_queue, urcu_bp_queue, urcu_qsbr_queue, urcu_wfcqueue, {.name = 0}};
  return race_main(argc, argv, schemes, maps, queues, 0);
}
