// The queues of libcds.

#include <cds/container/basket_queue.h>
#include <cds/container/fcqueue.h>
#include <cds/container/moir_queue.h>
#include <cds/container/msqueue.h>
#include <cds/container/optimistic_queue.h>
#include <cds/container/vyukov_mpmc_cycle_queue.h>

#include <cstddef>
#include <cstdint>

#include "bench/peers/cds.h"

namespace reclaim::race {
namespace {

// The pairs leave no more in it than there are threads.
struct bounded_queue : cds::container::VyukovMPMCCycleQueue<std::uint64_t> {
  bounded_queue() : VyukovMPMCCycleQueue(1 << 16) {}
};

template <class Queue>
struct queue_loops {
  static void* make() { return new Queue; }

  static std::uint64_t pairs(void* made, std::uint64_t n) {
    Queue& queue = *static_cast<Queue*>(made);
    std::uint64_t found = 0;
    for (std::uint64_t i = 0; i != n; ++i) {
      std::uint64_t value = i;
      queue.enqueue(value);
      found += queue.dequeue(value) ? 1 : 0;
      race_use(value);
    }
    return found;
  }
};

template <class Queue>
constexpr race_queue queue(const char* name, const char* settings, unsigned marks, void (*start)()) {
  using loops = queue_loops<Queue>;
  return {name, settings, marks, start, &cds_process::join, &cds_process::leave, nullptr, &loops::make, &loops::pairs};
}

template <class Gc, class Queue>
constexpr race_queue linked(const char* name, const char* settings) {
  return queue<Queue>(name, settings, race_hazards | race_node_an_element, &cds_process::start<Gc>);
}

constexpr const char* hp = "libcds 2.3.3, static, __thread; not counted; a scan in place each 1,600 retires";
constexpr const char* dhp = "libcds 2.3.3, static, __thread; not counted; 16 hazards a thread and more";
constexpr const char* combining =
    "libcds 2.3.3, static; std::queue; spins on its lock, backs off by 2 ms, publications compacted each 1,024 passes";
constexpr const char* bounded = "libcds 2.3.3, static; an array of 65,536 elements; not counted";

}  // namespace

constexpr race_queue cds_queues[] = {
    linked<cds_hp, cds::container::MSQueue<cds_hp, std::uint64_t>>("libcds MSQueue HP", hp),
    linked<cds_dhp, cds::container::MSQueue<cds_dhp, std::uint64_t>>("libcds MSQueue DHP", dhp),
    linked<cds_dhp, cds::container::MoirQueue<cds_dhp, std::uint64_t>>("libcds MoirQueue DHP", dhp),
    linked<cds_dhp, cds::container::OptimisticQueue<cds_dhp, std::uint64_t>>("libcds OptimisticQueue DHP", dhp),
    linked<cds_dhp, cds::container::BasketQueue<cds_dhp, std::uint64_t>>("libcds BasketQueue DHP", dhp),
    queue<cds::container::FCQueue<std::uint64_t>>("libcds FCQueue", combining, race_combines | race_blocks,
                                                  &cds_process::start_without_collector),
    queue<bounded_queue>("libcds VyukovMPMCCycleQueue", bounded, race_no_fifo, &cds_process::start_without_collector),
    {},
};

}  // namespace reclaim::race
