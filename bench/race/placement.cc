#include "bench/race/placement.h"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <thread>

#include "bench/support/processor.h"

namespace reclaim::race {
namespace {

using clock = std::chrono::steady_clock;

struct alignas(128) ball {
  std::atomic<std::uint64_t> hits{0};  // even: the first player's turn
  std::atomic<bool> is_over{false};
};

// Plays until the game is over.
void play(ball& shared, std::uint64_t parity) {
  while (!shared.is_over.load(std::memory_order_relaxed)) {
    const std::uint64_t seen = shared.hits.load(std::memory_order_acquire);
    if (seen % 2 == parity) shared.hits.store(seen + 1, std::memory_order_release);
  }
}

}  // namespace

double ns_between_processors() {
  if (std::thread::hardware_concurrency() < 2) return 0;
  constexpr auto length = std::chrono::milliseconds(1);
  ball shared;
  double ns = 0;
  std::jthread second([&] {
    if (bench::settle_on(1)) play(shared, 1);
  });
  std::jthread first([&] {
    if (!bench::settle_on(0)) return;
    shared.hits.store(1, std::memory_order_release);  // the first ball; the second player is there when it comes back
    const clock::time_point patience = clock::now() + std::chrono::milliseconds(100);
    while (shared.hits.load(std::memory_order_acquire) == 1 && clock::now() < patience) {
    }
    const std::uint64_t before = shared.hits.load(std::memory_order_relaxed);
    const clock::time_point start = clock::now();
    clock::time_point now = start;
    while (now - start < length) {
      for (int i = 0; i != 1000; ++i) {
        const std::uint64_t seen = shared.hits.load(std::memory_order_acquire);
        if (seen % 2 == 0) shared.hits.store(seen + 1, std::memory_order_release);
      }
      now = clock::now();
    }
    const std::uint64_t hits = shared.hits.load(std::memory_order_relaxed) - before;
    if (hits > 1) ns = std::chrono::duration<double, std::nano>(now - start).count() / static_cast<double>(hits);
  });
  first.join();
  shared.is_over.store(true, std::memory_order_relaxed);
  second.join();
  return ns;
}

}  // namespace reclaim::race
