// What reading costs: a guard, a nested guard, a shield, a protected pointer.

#include <benchmark/benchmark.h>

#include "bench/support/domains.h"

namespace reclaim::bench {
namespace {

template <class Domain>
struct node : Domain::hook {
  long value = 1;
};

// One domain for all threads of all runs: a guard costs the same in a used domain as in a new one.
template <class Domain>
Domain& shared_domain() {
  static Domain domain;
  return domain;
}

template <class Domain>
const sync::atomic<node<Domain>*>& shared_source() {
  static node<Domain> only;
  static const sync::atomic<node<Domain>*> source{&only};
  return source;
}

template <class Domain>
void enter(benchmark::State& state, type_list<Domain>) {
  Domain& domain = shared_domain<Domain>();
  for (auto _ : state) {
    auto guard = domain.enter();
    benchmark::ClobberMemory();
  }
}

template <class Domain>
void enter_nested(benchmark::State& state, type_list<Domain>) {
  Domain& domain = shared_domain<Domain>();
  auto outer = domain.enter();
  for (auto _ : state) {
    auto guard = domain.enter();
    benchmark::ClobberMemory();
  }
}

template <class Domain>
void shield_and_protect(benchmark::State& state, type_list<Domain>) {
  const auto& source = shared_source<Domain>();
  auto guard = shared_domain<Domain>().enter();
  for (auto _ : state) {
    auto shield = guard.shield();
    benchmark::DoNotOptimize(shield.protect(source));
  }
}

template <class Domain>
void protect(benchmark::State& state, type_list<Domain>) {
  const auto& source = shared_source<Domain>();
  auto guard = shared_domain<Domain>().enter();
  auto shield = guard.shield();
  for (auto _ : state) benchmark::DoNotOptimize(shield.protect(source));
}

// Allocates, unlinks nothing, retires: one guard an object, as a container does.
template <class Domain>
void retire(benchmark::State& state, type_list<Domain>) {
  Domain& domain = shared_domain<Domain>();
  for (auto _ : state) {
    auto guard = domain.enter();
    guard.retire(new node<Domain>);
  }
  state.SetItemsProcessed(state.iterations());
  if (state.thread_index() == 0) state.counters["unreclaimed"] = static_cast<double>(domain.pending());
}

const bool registered = [] {
  register_for_all("enter", [](auto& state, auto domain) { enter(state, domain); });
  register_for_all("enter_nested", [](auto& state, auto domain) { enter_nested(state, domain); });
  register_for_all("shield_and_protect", [](auto& state, auto domain) { shield_and_protect(state, domain); });
  register_for_all("protect", [](auto& state, auto domain) { protect(state, domain); });
  register_for_all("retire", [](auto& state, auto domain) { retire(state, domain); });
  return true;
}();

}  // namespace
}  // namespace reclaim::bench
