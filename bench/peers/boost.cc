// Boost.Lockfree's queue.

#include <boost/lockfree/queue.hpp>
#include <cstddef>
#include <cstdint>

#include "bench/race/entrant/race.h"

namespace reclaim::race {
namespace {

using queue = boost::lockfree::queue<std::uint64_t>;

constexpr std::size_t nodes_at_first = 1024;  // more than threads have in it at once

void* make() { return new queue(nodes_at_first); }

std::uint64_t pairs(void* made, std::uint64_t n) {
  queue& numbers = *static_cast<queue*>(made);
  std::uint64_t found = 0;
  for (std::uint64_t i = 0; i != n; ++i) {
    numbers.push(i);
    std::uint64_t value = 0;
    found += numbers.pop(value) ? 1 : 0;
    race_use(value);
  }
  return found;
}

constexpr race_queue queues[] = {
    {.name = "boost lockfree::queue",
     .settings = "Boost 1.74; Michael-Scott over a free list of 1,024 nodes that would grow; tagged pointers",
     .marks = race_pool,
     .make = make,
     .pairs = pairs},
    {},
};

}  // namespace
}  // namespace reclaim::race

int main(int argc, char** argv) { return race_main(argc, argv, nullptr, nullptr, reclaim::race::queues, nullptr); }
