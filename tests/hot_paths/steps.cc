// Calls each hot path under the processor's trap flag, and prints where it went, one address an instruction:
//
//   PATH FUNCTION ADDRESS-OF-FUNCTION ADDRESS ADDRESS ...
//
// A path is walked as it is most of the time: its thread has joined, nothing waits to be ended, the key that a map looks
// for is alone in its bucket.

#include <signal.h>
#include <ucontext.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "tests/hot_paths/hot_paths.h"

namespace reclaim::hot_paths {
namespace {

constexpr std::size_t most_steps = 4096;

// What the handler of traps knows.  It runs between any two instructions of the path, on the same thread.
struct recorder {
  std::uintptr_t function = 0;
  std::uintptr_t stack = 0;  // of the function: above it stands who called it
  std::size_t count = 0;
  bool has_entered = false, has_left = false;
  std::array<std::uintptr_t, most_steps> steps{};
};
recorder record;

constexpr greg_t trap_flag = 0x100;

void on_step(int, siginfo_t*, void* interrupted) {
  auto& registers = static_cast<ucontext_t*>(interrupted)->uc_mcontext.gregs;
  const auto at = static_cast<std::uintptr_t>(registers[REG_RIP]);
  const auto stack = static_cast<std::uintptr_t>(registers[REG_RSP]);
  if (!record.has_entered) {
    if (at != record.function) return;
    record.has_entered = true;
    record.stack = stack;
  }
  if (stack > record.stack || record.count == most_steps) {
    record.has_left = stack > record.stack;
    registers[REG_EFL] &= ~trap_flag;
    return;
  }
  record.steps[record.count++] = at;
}

// From here on each instruction traps, until the path has returned.
void on_begin(int, siginfo_t*, void* interrupted) {
  static_cast<ucontext_t*>(interrupted)->uc_mcontext.gregs[REG_EFL] |= trap_flag;
}

void handle(int signal, void (*handler)(int, siginfo_t*, void*)) {
  struct sigaction action {};
  action.sa_sigaction = handler;
  action.sa_flags = SA_SIGINFO;
  sigaction(signal, &action, nullptr);
}

// Calls `call`, which calls `function`, twice: to join, and under the trap flag.
template <class Function, class Call>
void walk(const char* path, const char* name, Function* function, Call call) {
  call();
  record = {};
  record.function = reinterpret_cast<std::uintptr_t>(function);
  raise(SIGUSR1);
  call();
  if (!record.has_left) {
    const char* const what = record.has_entered ? "did not return" : "was not seen: does the trap flag work here?";
    std::fprintf(stderr, "%s: %s (%zu steps)\n", path, what, record.count);
    std::exit(EXIT_FAILURE);
  }
  std::printf("%s %s %zx", path, name, record.function);
  for (std::size_t i = 0; i != record.count; ++i) std::printf(" %zx", record.steps[i]);
  std::puts("");
}

void walk_epoch() {
  epoch_domain domain;
  node<epoch_domain> shared;
  const source<epoch_domain> from{&shared};
  map<epoch_domain> entries(domain);
  entries.insert(1, 1);

  walk("epoch-enter-exit", "hot_epoch_enter_exit", &hot_epoch_enter_exit, [&] { hot_epoch_enter_exit(domain); });
  walk("epoch-map-get", "hot_epoch_map_get", &hot_epoch_map_get, [&] { hot_epoch_map_get(entries, 1); });
  auto guard = domain.enter();
  walk("epoch-nested", "hot_epoch_enter_exit", &hot_epoch_enter_exit, [&] { hot_epoch_enter_exit(domain); });
  walk("epoch-shield-protect", "hot_epoch_shield_protect", &hot_epoch_shield_protect,
       [&] { hot_epoch_shield_protect(guard, from); });
  auto shield = guard.shield();
  walk("epoch-protect", "hot_epoch_protect", &hot_epoch_protect, [&] { hot_epoch_protect(shield, from); });
  walk("epoch-retire", "hot_epoch_retire", &hot_epoch_retire, [&] { hot_epoch_retire(guard, new node<epoch_domain>); });
}

void walk_hazard() {
  hazard_domain domain;
  node<hazard_domain> shared;
  const source<hazard_domain> from{&shared};
  map<hazard_domain> entries(domain);
  entries.insert(1, 1);

  walk("hazard-enter-exit", "hot_hazard_enter_exit", &hot_hazard_enter_exit, [&] { hot_hazard_enter_exit(domain); });
  walk("hazard-map-get", "hot_hazard_map_get", &hot_hazard_map_get, [&] { hot_hazard_map_get(entries, 1); });
  auto guard = domain.enter();
  walk("hazard-nested", "hot_hazard_enter_exit", &hot_hazard_enter_exit, [&] { hot_hazard_enter_exit(domain); });
  walk("hazard-shield-protect", "hot_hazard_shield_protect", &hot_hazard_shield_protect,
       [&] { hot_hazard_shield_protect(guard, from); });
  auto shield = guard.shield();
  walk("hazard-protect", "hot_hazard_protect", &hot_hazard_protect, [&] { hot_hazard_protect(shield, from); });
  walk("hazard-retire", "hot_hazard_retire", &hot_hazard_retire, [&] { hot_hazard_retire(guard, new node<hazard_domain>); });
}

void walk_hybrid() {
  hybrid_domain domain;
  node<hybrid_domain> shared;
  const source<hybrid_domain> from{&shared};
  map<hybrid_domain> entries(domain);
  entries.insert(1, 1);

  walk("hybrid-enter-exit", "hot_hybrid_enter_exit", &hot_hybrid_enter_exit, [&] { hot_hybrid_enter_exit(domain); });
  walk("hybrid-map-get", "hot_hybrid_map_get", &hot_hybrid_map_get, [&] { hot_hybrid_map_get(entries, 1); });
  auto guard = domain.enter();
  walk("hybrid-nested", "hot_hybrid_enter_exit", &hot_hybrid_enter_exit, [&] { hot_hybrid_enter_exit(domain); });
  walk("hybrid-shield-protect", "hot_hybrid_shield_protect", &hot_hybrid_shield_protect,
       [&] { hot_hybrid_shield_protect(guard, from); });
  auto shield = guard.shield();
  walk("hybrid-protect", "hot_hybrid_protect", &hot_hybrid_protect, [&] { hot_hybrid_protect(shield, from); });
  walk("hybrid-retire", "hot_hybrid_retire", &hot_hybrid_retire, [&] { hot_hybrid_retire(guard, new node<hybrid_domain>); });
}

}  // namespace
}  // namespace reclaim::hot_paths

// Usage: steps [fenced]: as where membarrier is granted, or refused; whatever the kernel says.  No path needs it.
int main(int argc, char** argv) {
  using namespace reclaim;
  const bool is_fenced = argc == 2 && std::strcmp(argv[1], "fenced") == 0;
  sync::ensure_fence_mode();
  sync::detail::fences.store(is_fenced ? sync::symmetric : sync::asymmetric, relaxed);
  hot_paths::handle(SIGTRAP, hot_paths::on_step);
  hot_paths::handle(SIGUSR1, hot_paths::on_begin);
  hot_paths::walk_epoch();
  hot_paths::walk_hazard();
  hot_paths::walk_hybrid();
  return 0;
}
