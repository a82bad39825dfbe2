// What the containers cost over each scheme, the control beside.

#include <benchmark/benchmark.h>

#include <cstdint>

#include "bench/support/domains.h"
#include "structures/hash_map.h"
#include "structures/mpmc_queue.h"
#include "structures/treiber_stack.h"

namespace reclaim::bench {
namespace {

constexpr std::uint64_t key_range = 100'000;

// A cheap generator, one a thread: the keys must cost less than what is measured.
class keys {
 public:
  explicit keys(const benchmark::State& state) : word_(static_cast<std::uint64_t>(state.thread_index()) * 2 + 1) {}
  std::uint64_t next() {
    word_ ^= word_ << 13;
    word_ ^= word_ >> 7;
    word_ ^= word_ << 17;
    return word_ % key_range;
  }

 private:
  std::uint64_t word_;
};

// A container and its domain, for all threads of all runs.
template <class Container, class Domain>
struct shared {
  Domain domain;
  Container container{domain};

  static Container& get() {
    static shared made;
    return made.container;
  }
};

template <class Domain>
using map_of = hash_map<std::uint64_t, std::uint64_t, Domain>;

// A map that is half full, filled by whoever comes first.
template <class Domain>
map_of<Domain>& half_full_map() {
  static map_of<Domain>& map = [&]() -> map_of<Domain>& {
    auto& made = shared<map_of<Domain>, Domain>::get();
    for (std::uint64_t key = 0; key < key_range; key += 2) made.insert(key, key);
    return made;
  }();
  return map;
}

template <class Domain>
void map_get(benchmark::State& state, type_list<Domain>) {
  auto& map = half_full_map<Domain>();
  keys random(state);
  for (auto _ : state) benchmark::DoNotOptimize(map.contains(random.next()));
  state.SetItemsProcessed(state.iterations());
}

// Nine reads to one change, and the changes keep the map half full.
template <class Domain>
void map_mixed(benchmark::State& state, type_list<Domain>) {
  auto& map = half_full_map<Domain>();
  keys random(state);
  std::uint64_t turn = 0;
  for (auto _ : state) {
    const std::uint64_t key = random.next();
    switch (turn++ % 20) {
      case 0: benchmark::DoNotOptimize(map.insert(key, key)); break;
      case 10: benchmark::DoNotOptimize(map.erase(key)); break;
      default: benchmark::DoNotOptimize(map.contains(key));
    }
  }
  state.SetItemsProcessed(state.iterations());
}

template <class Container, class Domain>
void push_pop(benchmark::State& state) {
  auto& container = shared<Container, Domain>::get();
  for (auto _ : state) {
    container.push(1);
    benchmark::DoNotOptimize(container.try_pop());
  }
  state.SetItemsProcessed(state.iterations());
}

template <class Domain>
void queue(benchmark::State& state, type_list<Domain>) {
  push_pop<mpmc_queue<std::uint64_t, Domain>, Domain>(state);
}

template <class Domain>
void stack(benchmark::State& state, type_list<Domain>) {
  push_pop<treiber_stack<std::uint64_t, Domain>, Domain>(state);
}

const bool registered = [] {
  register_for_all("map_get", [](auto& state, auto domain) { map_get(state, domain); });
  register_for_all("map_90_5_5", [](auto& state, auto domain) { map_mixed(state, domain); });
  register_for_all("queue_push_pop", [](auto& state, auto domain) { queue(state, domain); });
  register_for_all("stack_push_pop", [](auto& state, auto domain) { stack(state, domain); });
  return true;
}();

}  // namespace
}  // namespace reclaim::bench
