// Tortures the containers over one domain: threads put elements in, look at them and take them out; at the end none is missing.

#ifndef RECLAIM_TESTS_TORTURE_STRUCTURES_H
#define RECLAIM_TESTS_TORTURE_STRUCTURES_H

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <thread>
#include <vector>

#include "structures/hash_map.h"
#include "structures/mpmc_queue.h"
#include "structures/segmented_queue.h"
#include "structures/sharded_slab.h"
#include "structures/treiber_stack.h"
#include "tests/support/threads.h"
#include "tests/torture/crew.h"
#include "tests/torture/elements.h"
#include "tests/torture/rack.h"

namespace reclaim::torture {

// What all subjects stand on.
struct ground {
  population living;
  quarantine_resource memory;
  explicit ground(tally& found) noexcept : living(found), memory(found) {}
};

// Looks at an element again and again, under the guard that protects it.
inline void look_long(const element& e, std::uint64_t expected, counts& mine) {
  is_under_guard = true;
  for (unsigned i = 0; i != 4; ++i) {
    sync::compiler_fence();
    if (e.number() != expected) ++mine[what::late_reads];
    if (i == 1 && expected % 64 == 0) std::this_thread::yield();
  }
  is_under_guard = false;
  mine[what::reads] += 4;
}

// Queues and stacks: what was pushed and popped, as sums of numbers that hardly any other set has.  Their memory stays in
// quarantine; but on the heap an address comes back at once, and a stack that reads late fails by nothing else.
template <class Sequence, class Domain, bool IsOnHeap = false>
class sequence_subject {
 public:
  sequence_subject(Domain& domain, ground& on) : on_(on), all_(domain, IsOnHeap ? nullptr : &on.memory) {}

  void work(tests::random_stream& random, counts& mine) {
    if (const std::uint64_t n = random(); n % 2 == 0) {
      all_.push(element(on_.living, n));
      sum_.fetch_add(n * n, std::memory_order_relaxed);
      return;
    }
    pop(mine);
  }
  // Returns whether nothing is missing.
  bool is_conserved() {
    counts mine;
    while (pop(mine)) {}
    return sum_.load() == 0;
  }

 private:
  bool pop(counts& mine) {
    const auto e = all_.try_pop();
    if (!e) return false;
    const std::uint64_t n = e->number();
    sum_.fetch_sub(n * n, std::memory_order_relaxed);
    ++mine[what::reads];
    return true;
  }

  ground& on_;
  alignas(64) std::atomic<std::uint64_t> sum_{0};
  Sequence all_;
};

template <class Domain>
class map_subject {
 public:
  map_subject(Domain& domain, ground& on) : on_(on), all_(domain, {}, {}, {}, &on.memory) {}

  void work(tests::random_stream& random, counts& mine) {
    const std::uint64_t draw = random(), key = (draw >> 8) % keys;
    const std::uint64_t number = draw >> 16 << 16 | key;  // whose it is
    switch (draw % 8) {
      case 0: in_ += all_.insert(key, element(on_.living, number)) ? 1 : 0; break;
      case 1: in_ += all_.insert_or_assign(key, element(on_.living, number)) ? 1 : 0; break;
      case 2: in_ -= all_.erase(key) ? 1 : 0; break;
      default:
        all_.visit(key, [&](const element& e) {
          const std::uint64_t n = e.number();
          if (n % keys != key) ++mine[what::late_reads];
          look_long(e, n, mine);
        });
    }
  }
  bool is_conserved() { return static_cast<std::int64_t>(all_.size()) == in_; }

 private:
  static constexpr std::uint64_t keys = 512;
  ground& on_;
  alignas(64) std::atomic<std::int64_t> in_{0};  // inserted, and not erased
  hash_map<std::uint64_t, element, Domain> all_;
};

// Keys are told by a few places, and used also when they are void.  The element of a key has its number.
template <class Domain, class Config>
class slab_subject {
  using slab = sharded_slab<element, Domain, Config>;

 public:
  slab_subject(Domain& domain, ground& on) : on_(on), all_(domain) {}

  void work(tests::random_stream& random, counts& mine) {
    const std::uint64_t draw = random();
    std::atomic<std::uint64_t>& place = told_[(draw >> 8) % told_.size()];
    if (draw % 4 == 0) {
      const auto k = all_.insert_with([&](typename slab::key made) { return element(on_.living, made.to_integer()); });
      if (!k) return;
      if (const std::uint64_t old = place.exchange(k->to_integer(), std::memory_order_relaxed)) remove(old, mine);
      return;
    }
    const auto k = slab::key::from_integer(place.load(std::memory_order_relaxed));
    if (!k) return;
    if (draw % 16 == 1) return remove(place.exchange(0, std::memory_order_relaxed), mine);
    all_.visit(*k, [&](const element& e) { look_long(e, k->to_integer(), mine); });
  }
  // Each key that is told leads to its element, and no other is left.
  bool is_conserved() {
    std::size_t told = 0;
    for (auto& place : told_) {
      const auto k = slab::key::from_integer(place.load());
      if (!k) continue;
      ++told;
      if (!all_.contains(*k)) return false;
    }
    return all_.size() == told;
  }

 private:
  void remove(std::uint64_t bits, counts& mine) {
    const auto k = slab::key::from_integer(bits);
    if (!k) return;
    if (!all_.remove(*k)) ++mine[what::lost];  // only who took it from its place removes it
  }

  ground& on_;
  std::array<std::atomic<std::uint64_t>, 64> told_{};
  slab all_;
};

struct short_generations : slab_config {
  static constexpr unsigned generation_bits = 4;
};

// Subject: work(random, counts) by any thread, again and again; is_conserved() when all have ended.
template <class Subject, class Domain>
void torture_structure(const terms& asked, tally& found, const std::function<void()>& show) {
  ground on(found);
  {
    course c;
    c.objects_per_collect = 16;
    const auto domain = make_domain<Domain>(c);
    {
      Subject subject(*domain, on);
      crew all(asked, {true, false, false}, found);
      const auto work = [&](tests::random_stream& random) {
        counts mine;
        for (std::uint64_t turn = 1; all.goes_on(); ++turn) {
          subject.work(random, mine);
          if (turn % 256 == 0) found.take(mine);
        }
        found.take(mine);
      };
      all.run(std::vector<crew::role>(3, work), [&] { found.raise(what::peak_backlog, domain->pending()); }, show);
      if (!subject.is_conserved()) found.add(what::lost);
    }
    found.add(what::laggards_passed, domain->stats().passed);
    found.add(what::retires, domain->stats().retired);
    if (!drains(*domain)) found.add(what::lost);
  }
  if (on.living.living() != 0) found.add(what::lost);
}

template <class Domain>
using mpmc_queue_subject = sequence_subject<mpmc_queue<element, Domain>, Domain>;
template <class Domain>
using segmented_queue_subject = sequence_subject<segmented_queue<element, Domain, 8>, Domain>;
template <class Domain>
using treiber_stack_subject = sequence_subject<treiber_stack<element, Domain>, Domain, true>;
template <class Domain>
using hash_map_subject = map_subject<Domain>;
template <class Domain>
using sharded_slab_subject = slab_subject<Domain, slab_config>;

template <class Domain>
struct structure {
  const char* name;
  void (*run)(const terms&, tally&, const std::function<void()>&);
};

template <class Domain>
inline constexpr std::array<structure<Domain>, 6> structures = {{
    {"mpmc_queue", torture_structure<mpmc_queue_subject<Domain>, Domain>},
    {"segmented_queue", torture_structure<segmented_queue_subject<Domain>, Domain>},
    {"treiber_stack", torture_structure<treiber_stack_subject<Domain>, Domain>},
    {"hash_map", torture_structure<hash_map_subject<Domain>, Domain>},
    {"sharded_slab", torture_structure<sharded_slab_subject<Domain>, Domain>},
    {"short_generations", torture_structure<slab_subject<Domain, short_generations>, Domain>},
}};

}  // namespace reclaim::torture

#endif  // RECLAIM_TESTS_TORTURE_STRUCTURES_H
