// Our own entrants, and the same structures over a domain that does nothing: what protection costs in context.

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <vector>

#include "bench/peers/leaky_control.h"
#include "bench/peers/our_slab.h"
#include "bench/race/entrant/race.h"
#include "reclaim/hazard_pointer.h"
#include "reclaim/rcu.h"
#include "reclaim/schemes/epoch.h"
#include "reclaim/schemes/hazard.h"
#include "reclaim/schemes/hybrid.h"
#include "structures/hash_map.h"
#include "structures/mpmc_queue.h"
#include "structures/segmented_queue.h"

namespace reclaim::race {
namespace {

// One domain for each process, with the options that a user gets who sets none.
template <class Domain>
Domain& domain_of() {
  static Domain& only = *new Domain;
  return only;
}

template <class Domain>
struct object : Domain::hook {
  char payload[16];
};
static_assert(sizeof(object<epoch_domain>) == 32);

template <class Domain>
struct counted : Domain::hook {
  char payload[48];
  ~counted() { race_count_end(); }
};
static_assert(sizeof(counted<epoch_domain>) == 64);

template <class Domain>
struct scheme_loops {
  using node = object<Domain>;

  static void join() { domain_of<Domain>().join(); }

  static const sync::atomic<node*>& source() {
    static const sync::atomic<node*> only{new node};
    return only;
  }

  static void enter(std::uint64_t n) {
    Domain& domain = domain_of<Domain>();
    for (; n != 0; --n) {
      auto guard = domain.enter();
      race_keep();
    }
  }

  static void nested(std::uint64_t n) {
    auto outer = domain_of<Domain>().enter();
    enter(n);
  }

  static void shield(std::uint64_t n) {
    const auto& from = source();
    auto guard = domain_of<Domain>().enter();
    for (; n != 0; --n) {
      auto shield = guard.shield();
      race_use(shield.protect(from));
    }
  }

  static void protect(std::uint64_t n) {
    const auto& from = source();
    auto guard = domain_of<Domain>().enter();
    auto shield = guard.shield();
    for (; n != 0; --n) race_use(shield.protect(from));
  }

  static void retire(std::uint64_t n) {
    Domain& domain = domain_of<Domain>();
    for (; n != 0; --n) {
      auto* const made = new node;
      race_use(made);
      auto guard = domain.enter();
      guard.retire(made);
    }
  }

  static void retire_timed(std::uint64_t n, std::uint32_t* ticks) {
    Domain& domain = domain_of<Domain>();
    for (std::uint64_t i = 0; i != n; ++i) {
      auto* const made = new node;
      const std::uint64_t before = race_ticks();
      {
        auto guard = domain.enter();
        guard.retire(made);
      }
      ticks[i] = static_cast<std::uint32_t>(race_ticks() - before);
    }
  }

  static void retire_counted(std::uint64_t n) {
    Domain& domain = domain_of<Domain>();
    for (; n != 0; --n) {
      auto* const made = new counted<Domain>;
      auto guard = domain.enter();
      guard.retire(made);
    }
  }

  // A guard with a shield, made on one call and ended on another of the same thread.
  struct stalled {
    typename Domain::guard guard = domain_of<Domain>().enter();
    typename Domain::shield shield = guard.shield();
  };
  static stalled*& reader() {
    static stalled* only = nullptr;
    return only;
  }
  static void hold() {
    reader() = new stalled;
    race_use(reader()->shield.protect(source()));
  }
  // What piled up is ended here, so that the next round finds none of it.
  static void let_go() {
    delete reader();
    domain_of<Domain>().drain();
  }
};

struct chosen_hash {
  std::size_t operator()(std::uint64_t key) const noexcept { return race_hash(key); }
};

// The list of a map of two buckets that does not grow, all in the first; keys are inserted in the order of the list, so
// that they lie in memory as those of other lists do.
template <class Domain>
struct list_loops {
  struct identity {
    std::size_t operator()(std::uint64_t key) const { return key; }
  };
  struct list {
    hash_map<std::uint64_t, std::uint64_t, Domain, identity> entries{domain_of<Domain>(), {.initial_buckets = 2, .grows = false}};
    std::uint64_t absent = 0;  // a key that would stand behind all others
  };

  static void* make(std::uint64_t nodes) {
    std::vector<std::uint64_t> keys;
    for (std::uint64_t key = 0; keys.size() <= nodes; ++key) {
      if (map_parts::scattered(key) >> 63 == 0) keys.push_back(key);
    }
    std::sort(keys.begin(), keys.end(), [](auto a, auto b) { return map_parts::scattered(a) < map_parts::scattered(b); });
    auto* const made = new list;
    made->absent = keys.back();
    keys.pop_back();
    for (const std::uint64_t key : keys) made->entries.insert(key, key);
    return made;
  }

  static std::uint64_t find(void* made, std::uint64_t n) {
    list& keys = *static_cast<list*>(made);
    std::uint64_t found = 0;
    for (; n != 0; --n) found += keys.entries.contains(keys.absent) ? 1 : 0;
    return found;
  }
};

template <class Domain>
struct map_loops {
  using map = hash_map<std::uint64_t, std::uint64_t, Domain, chosen_hash>;

  static void* make(std::uint64_t) { return new map(domain_of<Domain>()); }

  static std::uint64_t mix(void* made, const std::uint32_t* ops, std::uint64_t n) {
    map& entries = *static_cast<map*>(made);
    std::uint64_t done = 0;
    for (std::uint64_t i = 0; i != n; ++i) {
      const std::uint64_t key = race_key(ops[i]);
      switch (race_verb_of(ops[i])) {
        case race_get: done += entries.visit(key, [](const std::uint64_t& value) { race_use(value); }) ? 1 : 0; break;
        case race_insert: done += entries.insert(key, key) ? 1 : 0; break;
        case race_erase: done += entries.erase(key) ? 1 : 0; break;
      }
    }
    return done;
  }
};

template <class Queue, class Domain>
struct queue_loops {
  static void* make() { return new Queue(domain_of<Domain>()); }

  static std::uint64_t pairs(void* made, std::uint64_t n) {
    Queue& queue = *static_cast<Queue*>(made);
    std::uint64_t found = 0;
    for (std::uint64_t i = 0; i != n; ++i) {
      queue.push(i);
      const auto value = queue.try_pop();
      found += value.has_value() ? 1 : 0;
      race_use(value.value_or(0));
    }
    return found;
  }
};

template <class T, class Domain>
using node_queue = mpmc_queue<T, Domain>;
template <class T, class Domain>
using cell_queue = segmented_queue<T, Domain>;

constexpr const char* defaults =
    "default options: a collect after a weight of 2,048, or 4,096 where fences are dear; 1 to 64 objects freed a retire";

template <class Domain>
constexpr race_scheme scheme(const char* name, const char* settings, unsigned marks) {
  using loops = scheme_loops<Domain>;
  using list = list_loops<Domain>;
  return {name,          settings,       marks,          nullptr,           &loops::join,         nullptr,
          nullptr,       &loops::enter,  &loops::nested, &loops::shield,    &loops::protect,      &loops::retire,
          &loops::retire_timed, &loops::retire_counted, &loops::hold, &loops::let_go, &list::make, &list::find};
}

template <class Domain>
constexpr race_map map(const char* name, const char* settings, unsigned marks, void (*rest)() = nullptr) {
  using loops = map_loops<Domain>;
  return {name, settings, marks, nullptr, &scheme_loops<Domain>::join, nullptr, rest, &loops::make, &loops::mix};
}

// The read sides by the standard's names.
struct rcu_loops {
  static void join() { epochs_of(rcu_default_domain()).join(); }

  static void enter(std::uint64_t n) {
    rcu_domain& domain = rcu_default_domain();
    for (; n != 0; --n) {
      const std::scoped_lock region(domain);
      race_keep();
    }
  }

  static void nested(std::uint64_t n) {
    const std::scoped_lock outer(rcu_default_domain());
    enter(n);
  }
};

struct hazard_pointer_loops {
  struct node : hazard_pointer_obj_base<node> {
    char payload[16];
  };

  static void join() { default_domain<hazard_domain>().join(); }

  static const std::atomic<node*>& source() {
    static const std::atomic<node*> only{new node};
    return only;
  }

  static void shield(std::uint64_t n) {
    const auto& from = source();
    for (; n != 0; --n) {
      hazard_pointer hazard = make_hazard_pointer();
      race_use(hazard.protect(from));
    }
  }

  static void protect(std::uint64_t n) {
    const auto& from = source();
    hazard_pointer hazard = make_hazard_pointer();
    for (; n != 0; --n) race_use(hazard.protect(from));
  }
};

constexpr race_scheme rcu_face{.name = "rcu_domain",
                               .settings = "lock and unlock by the standard's names, over epoch",
                               .marks = race_control,
                               .join = &rcu_loops::join,
                               .enter = &rcu_loops::enter,
                               .nested = &rcu_loops::nested};
constexpr race_scheme hazard_face{.name = "hazard_pointer",
                                  .settings = "by the standard's names, over hazard",
                                  .marks = race_control,
                                  .join = &hazard_pointer_loops::join,
                                  .shield = &hazard_pointer_loops::shield,
                                  .protect = &hazard_pointer_loops::protect};

template <template <class, class> class Queue, class Domain>
constexpr race_queue queue(const char* name, unsigned marks) {
  using loops = queue_loops<Queue<std::uint64_t, Domain>, Domain>;
  return {name, defaults, marks, nullptr, &scheme_loops<Domain>::join, nullptr, nullptr, &loops::make, &loops::pairs};
}

constexpr race_scheme schemes[] = {
    scheme<epoch_domain>("epoch", defaults, race_ours | race_epochs),
    scheme<hazard_domain>("hazard", defaults, race_ours | race_hazards | race_bounded),
    scheme<hybrid_domain>("hybrid", defaults, race_ours | race_epochs | race_bounded),
    rcu_face,
    hazard_face,
    scheme<leaky_control>("leaky list", "the same list, no protection, nothing is freed", race_control | race_leaks),
    {},
};

constexpr race_map maps[] = {
    map<epoch_domain>("hash_map/epoch", "grown from 16 buckets; default options", race_ours | race_epochs | race_grows),
    map<hazard_domain>("hash_map/hazard", "grown from 16 buckets; default options", race_ours | race_hazards | race_grows),
    map<hybrid_domain>("hash_map/hybrid", "grown from 16 buckets; default options", race_ours | race_epochs | race_bounded | race_grows),
    map<leaky_control>("hash_map/leaky", "the same map, no protection, nothing is freed, malloc", race_control | race_leaks | race_grows),
    map<pooled_control>("hash_map/leaky-pool", "the same, nodes from a pool that was faulted in before",
                        race_control | race_leaks | race_pool | race_grows),
    {},
};

constexpr race_queue queues[] = {
    queue<node_queue, epoch_domain>("mpmc_queue/epoch", race_ours | race_epochs | race_node_an_element),
    queue<node_queue, hazard_domain>("mpmc_queue/hazard", race_ours | race_hazards | race_node_an_element),
    queue<node_queue, hybrid_domain>("mpmc_queue/hybrid", race_ours | race_epochs | race_bounded | race_node_an_element),
    queue<node_queue, leaky_control>("mpmc_queue/leaky", race_control | race_leaks | race_node_an_element),
    queue<cell_queue, epoch_domain>("segmented_queue/epoch", race_ours | race_epochs),
    queue<cell_queue, hazard_domain>("segmented_queue/hazard", race_ours | race_hazards),
    queue<cell_queue, hybrid_domain>("segmented_queue/hybrid", race_ours | race_epochs | race_bounded),
    queue<cell_queue, leaky_control>("segmented_queue/leaky", race_control | race_leaks),
    {},
};

constexpr race_slab slabs[] = {
    slab_loops<epoch_domain, domain_of<epoch_domain>>::entry("sharded_slab/epoch", race_ours | race_epochs),
    slab_loops<hazard_domain, domain_of<hazard_domain>>::entry("sharded_slab/hazard", race_ours | race_hazards),
    slab_loops<hybrid_domain, domain_of<hybrid_domain>>::entry("sharded_slab/hybrid", race_ours | race_epochs | race_bounded),
    {},
};

}  // namespace
}  // namespace reclaim::race

int main(int argc, char** argv) {
  using namespace reclaim::race;
  return race_main(argc, argv, schemes, maps, queues, slabs);
}
