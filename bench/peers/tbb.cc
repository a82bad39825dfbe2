// oneTBB's map and queue.

#include <tbb/concurrent_hash_map.h>
#include <tbb/concurrent_queue.h>

#include <cstddef>
#include <cstdint>

#include "bench/race/entrant/race.h"

namespace reclaim::race {
namespace {

struct chosen_hash {
  std::size_t hash(std::uint64_t key) const { return race_hash(key); }
  bool equal(std::uint64_t a, std::uint64_t b) const { return a == b; }
};

using map = tbb::concurrent_hash_map<std::uint64_t, std::uint64_t, chosen_hash>;

void* make_map(std::uint64_t) { return new map(16); }

std::uint64_t mix(void* made, const std::uint32_t* ops, std::uint64_t n) {
  map& entries = *static_cast<map*>(made);
  std::uint64_t done = 0;
  for (std::uint64_t i = 0; i != n; ++i) {
    const std::uint64_t key = race_key(ops[i]);
    switch (race_verb_of(ops[i])) {
      case race_get:
        if (map::const_accessor at; entries.find(at, key)) {
          race_use(at->second);
          ++done;
        }
        break;
      case race_insert: done += entries.insert({key, key}) ? 1 : 0; break;
      case race_erase: done += entries.erase(key) ? 1 : 0; break;
    }
  }
  return done;
}

using queue = tbb::concurrent_queue<std::uint64_t>;

void* make_queue() { return new queue; }

std::uint64_t pairs(void* made, std::uint64_t n) {
  queue& numbers = *static_cast<queue*>(made);
  std::uint64_t found = 0;
  for (std::uint64_t i = 0; i != n; ++i) {
    numbers.push(i);
    std::uint64_t value = 0;
    found += numbers.try_pop(value) ? 1 : 0;
    race_use(value);
  }
  return found;
}

constexpr race_map maps[] = {
    {.name = "tbb concurrent_hash_map",
     .settings = "oneTBB 2021.8, shared; tbb_allocator (libtbbmalloc); spin_rw_mutex: one a bucket, one an element",
     .marks = race_blocks | race_grows,
     .make = make_map,
     .mix = mix},
    {},
};

constexpr race_queue queues[] = {
    {.name = "tbb concurrent_queue",
     .settings = "oneTBB 2021.8, shared; cache_aligned_allocator; waits for its ticket, locks to change pages",
     .marks = race_blocks,
     .make = make_queue,
     .pairs = pairs},
    {},
};

}  // namespace
}  // namespace reclaim::race

int main(int argc, char** argv) {
  return race_main(argc, argv, nullptr, reclaim::race::maps, reclaim::race::queues, nullptr);
}
