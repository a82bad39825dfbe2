// One input for the containers.  Its first three bytes say which container, on how many threads, over which domain; the rest
// are the operations.

#ifndef RECLAIM_TESTS_FUZZ_STRUCTURES_H
#define RECLAIM_TESTS_FUZZ_STRUCTURES_H

#include <chrono>
#include <cstddef>

#include "reclaim/schemes.h"
#include "structures/hash_map.h"
#include "structures/mpmc_queue.h"
#include "structures/pool.h"
#include "structures/segmented_queue.h"
#include "structures/sharded_slab.h"
#include "structures/slab.h"
#include "structures/treiber_stack.h"
#include "tests/fuzz/bytes.h"
#include "tests/fuzz/maps.h"
#include "tests/fuzz/pools.h"
#include "tests/fuzz/sequences.h"
#include "tests/fuzz/slabs.h"
#include "tests/fuzz/value.h"

namespace reclaim::fuzz {

// Places are used up soon, and pages are small.
struct short_lived : slab_config {
  static constexpr unsigned index_bits = 12;
  static constexpr unsigned generation_bits = 5;
  static constexpr std::size_t page_bytes = 256;
  static constexpr std::size_t most_at_hand = 4;
};

struct small_pages : slab_config {
  static constexpr std::size_t page_bytes = 256;
  static constexpr std::size_t most_at_hand = 4;
};

// The containers under test.
struct containers {
  template <class Domain>
  using queue = mpmc_queue<value, Domain>;
  template <class Domain>
  using segmented = segmented_queue<value, Domain, 4>;
  template <class Domain>
  using stack = treiber_stack<value, Domain>;
  template <class Domain>
  using map = hash_map<unsigned, value, Domain, poor_hash>;
  template <class Domain>
  using shared_slab = sharded_slab<value, Domain, short_lived>;
  template <class Domain>
  using object_pool = pool<numbers, Domain, clears, small_pages>;
  using lone_slab = slab<value, short_lived>;
};

template <class Sequence, class Domain>
void run_sequence(Domain& domain, bytes in, order how, bool is_alone) {
  is_alone ? one_thread_in_sequence<Sequence>(domain, in, how) : two_threads_in_sequence<Sequence>(domain, in, how);
}

template <class Map, class Domain>
void run_map(Domain& domain, bytes in, bool is_alone) {
  is_alone ? one_thread_in_map<Map>(domain, in) : two_threads_in_map<Map>(domain, in);
}

template <class Slab, class Domain>
void run_slab(Domain& domain, bytes in, bool is_alone) {
  constexpr std::size_t capacity = 40;
  Slab all(domain, {.capacity = capacity});
  is_alone ? one_thread_in_slab(all, capacity, in) : two_threads_in_slab(all, in);
}

template <class Pool, class Domain>
void run_pool(Domain& domain, bytes in, bool is_alone) {
  constexpr std::size_t capacity = 40;
  Pool all(domain, {.capacity = capacity});
  is_alone ? one_thread_in_pool(all, capacity, in) : two_threads_in_pool(all, in);
}

template <class Slab>
void run_lone_slab(bytes in) {
  constexpr std::size_t capacity = 20;
  Slab all(capacity);
  one_thread_in_slab(all, capacity, in);
}

template <class Containers, class Domain>
void run_over(bytes in, unsigned which, bool is_alone) {
  domain_options options;
  options.objects_per_collect = 1 + in.below(16);
  options.collect_period = {};
  Domain domain(options);
  switch (which) {
    case 0: run_sequence<typename Containers::template queue<Domain>>(domain, in, order::first_in_first_out, is_alone); break;
    case 1: run_sequence<typename Containers::template segmented<Domain>>(domain, in, order::first_in_first_out, is_alone); break;
    case 2: run_sequence<typename Containers::template stack<Domain>>(domain, in, order::last_in_first_out, is_alone); break;
    case 3: run_map<typename Containers::template map<Domain>>(domain, in, is_alone); break;
    case 4: run_slab<typename Containers::template shared_slab<Domain>>(domain, in, is_alone); break;
    case 5: run_pool<typename Containers::template object_pool<Domain>>(domain, in, is_alone); break;
    default: run_lone_slab<typename Containers::lone_slab>(in);
  }
}

template <class Containers>
void run_structures(const unsigned char* data, std::size_t size) {
  bytes in(data, size);
  const unsigned first = in.below(14);
  const unsigned which = first / 2;
  const bool is_alone = first % 2 == 0;
  switch (in.below(4)) {
    case 0: run_over<Containers, epoch_domain>(in, which, is_alone); break;
    case 1: run_over<Containers, hazard_domain>(in, which, is_alone); break;
    case 2: run_over<Containers, hybrid_domain>(in, which, is_alone); break;
    default: run_over<Containers, leaky_domain>(in, which, is_alone);
  }
  must(value::living == 0, "a value has not ended with its container and its domain");
}

}  // namespace reclaim::fuzz

#endif  // RECLAIM_TESTS_FUZZ_STRUCTURES_H
