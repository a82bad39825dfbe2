// The queues of xenium.

#include "bench/peers/xenium.h"

#include <cstddef>
#include <cstdint>
#include <xenium/michael_scott_queue.hpp>
#include <xenium/ramalhete_queue.hpp>
#include <xenium/vyukov_bounded_queue.hpp>

namespace reclaim::race {
namespace {

template <class Scheme>
struct michael_scott_loops {
  using queue = xenium::michael_scott_queue<std::uint64_t, xenium::policy::reclaimer<Scheme>>;

  static void* make() { return new queue; }

  static std::uint64_t pairs(void* made, std::uint64_t n) {
    queue& numbers = *static_cast<queue*>(made);
    std::uint64_t found = 0;
    for (std::uint64_t i = 0; i != n; ++i) {
      [[maybe_unused]] const typename region_of<Scheme>::type inside;
      numbers.push(i);
      std::uint64_t value = 0;
      found += numbers.try_pop(value) ? 1 : 0;
      race_use(value);
    }
    return found;
  }
};

// It takes pointers that are not null, and follows none of them: numbers go as such.
template <class Scheme>
struct ramalhete_loops {
  struct number;
  using queue = xenium::ramalhete_queue<number*, xenium::policy::reclaimer<Scheme>,
                                        xenium::policy::backoff<xenium::exponential_backoff<64>>>;

  static void* make() { return new queue; }

  static std::uint64_t pairs(void* made, std::uint64_t n) {
    queue& numbers = *static_cast<queue*>(made);
    std::uint64_t found = 0;
    for (std::uint64_t i = 1; i <= n; ++i) {
      numbers.push(reinterpret_cast<number*>(i));
      number* value = nullptr;
      found += numbers.try_pop(value) ? 1 : 0;
      race_use(value);
    }
    return found;
  }
};

struct vyukov_loops {
  using queue = xenium::vyukov_bounded_queue<std::uint64_t>;

  static void* make() { return new queue(1024); }

  static std::uint64_t pairs(void* made, std::uint64_t n) {
    queue& numbers = *static_cast<queue*>(made);
    std::uint64_t found = 0;
    for (std::uint64_t i = 0; i != n; ++i) {
      while (!numbers.try_push(i)) {
      }
      std::uint64_t value = 0;
      found += numbers.try_pop(value) ? 1 : 0;
      race_use(value);
    }
    return found;
  }
};

template <class Loops>
constexpr race_queue queue(const char* name, const char* settings, unsigned marks) {
  return {name, settings, marks, nullptr, nullptr, nullptr, nullptr, &Loops::make, &Loops::pairs};
}

constexpr const char* michael_scott = "xenium 0.0.2; no backoff";
constexpr const char* ramalhete =
    "xenium 0.0.2; 512 entries a node, 1,000 retries of a dequeue, exponential_backoff<64>; numbers as pointers";

}  // namespace

constexpr race_queue xenium_queues[] = {
    queue<michael_scott_loops<xenium_epoch>>("xenium michael_scott epoch_based", michael_scott,
                                             race_node_an_element | race_epochs),
    queue<michael_scott_loops<xenium_debra>>("xenium michael_scott debra", michael_scott,
                                             race_node_an_element | race_epochs),
    queue<michael_scott_loops<xenium_hazard>>("xenium michael_scott hazard_pointer", michael_scott,
                                              race_node_an_element | race_hazards),
    queue<ramalhete_loops<xenium_epoch>>("xenium ramalhete epoch_based", ramalhete, race_epochs),
    queue<ramalhete_loops<xenium_debra>>("xenium ramalhete debra", ramalhete, race_epochs),
    queue<ramalhete_loops<xenium_hazard>>("xenium ramalhete hazard_pointer", ramalhete, race_hazards),
    queue<vyukov_loops>("xenium vyukov_bounded", "xenium 0.0.2; 1,024 elements; an operation may wait for another's",
                        race_no_fifo | race_blocks),
    {},
};

}  // namespace reclaim::race
