// crossbeam-epoch, sharded-slab, and slab under locks: the loops are Rust's (rust/src), and so is what they say of themselves.

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

// In the order of race_slab.
struct race_rust_slab_loops {
  void (*loops[9])(std::uint64_t n);
};
const char* race_rust_slab_settings();
race_rust_slab_loops race_rust_sharded_slab();
race_rust_slab_loops race_rust_mutex_slab();
race_rust_slab_loops race_rust_rwlock_slab();
}

namespace {

race_slab slab(const char* name, const char* settings, unsigned marks, const race_rust_slab_loops& of) {
  const auto& l = of.loops;
  return {.name = name, .settings = settings, .marks = marks, .churn = l[0], .get = l[1], .get_held = l[2], .hot = l[3],
          .exchange = l[4], .stream = l[5], .fill = l[6], .drop = l[7], .pool = l[8], .publish = l[8]};
}

}  // namespace

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
  const char* const settings = race_rust_slab_settings();
  const race_slab slabs[] = {
      slab("sharded-slab", settings, 0, race_rust_sharded_slab()),
      slab("RwLock<slab>", settings, race_blocks, race_rust_rwlock_slab()),
      slab("Mutex<slab>", settings, race_blocks, race_rust_mutex_slab()),
      {},
  };
  return race_main(argc, argv, schemes, nullptr, queues, slabs);
}
