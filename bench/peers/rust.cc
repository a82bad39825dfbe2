// crossbeam-epoch: the loops are Rust's (rust/src), and so is what they say of themselves.

#include <cstdint>

#include "bench/race/entrant/race.h"

extern "C" {
const char* race_rust_settings();
void race_rust_rest();
void race_rust_enter(std::uint64_t n);
void race_rust_nested(std::uint64_t n);
void race_rust_retire(std::uint64_t n);
void race_rust_retire_timed(std::uint64_t n, std::uint32_t* ticks);
void race_rust_retire_counted(std::uint64_t n);
void race_rust_hold();
void race_rust_let_go();
void* race_rust_list_make(std::uint64_t nodes);
std::uint64_t race_rust_list_find(void* list, std::uint64_t n);
void* race_rust_queue_make();
std::uint64_t race_rust_queue_pairs(void* queue, std::uint64_t n);
}

int main(int argc, char** argv) {
  const race_scheme schemes[] = {
      {.name = "crossbeam-epoch",
       .settings = race_rust_settings(),
       .marks = race_epochs,
       .rest = race_rust_rest,
       .enter = race_rust_enter,
       .nested = race_rust_nested,
       .retire = race_rust_retire,
       .retire_timed = race_rust_retire_timed,
       .retire_counted = race_rust_retire_counted,
       .hold = race_rust_hold,
       .let_go = race_rust_let_go,
       .list_make = race_rust_list_make,
       .list_find = race_rust_list_find},
      {},
  };
  const race_queue queues[] = {
      {.name = "crossbeam Michael-Scott",
       .settings = race_rust_settings(),
       .marks = race_node_an_element,
       .rest = race_rust_rest,
       .make = race_rust_queue_make,
       .pairs = race_rust_queue_pairs},
      {},
  };
  return race_main(argc, argv, schemes, nullptr, queues);
}
