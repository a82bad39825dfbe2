// A value that now and then gives its processor away while a container copies, moves, hashes or compares it: so operations
// are in the middle of others, also where there are few processors.

#ifndef RECLAIM_TESTS_LINEARIZABILITY_RESTLESS_H
#define RECLAIM_TESTS_LINEARIZABILITY_RESTLESS_H

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <thread>

namespace reclaim::linearizability {

// One time in eight; one time in 64 for longer, so that others do several operations meanwhile, on whatever processor they are.
inline void perhaps_yield() noexcept {
  thread_local std::uint32_t state = static_cast<std::uint32_t>(std::hash<std::thread::id>()(std::this_thread::get_id())) | 1;
  state ^= state << 13;
  state ^= state >> 17;
  state ^= state << 5;
  if (state % 64 == 0) {
    std::this_thread::sleep_for(std::chrono::microseconds(1));
  } else if (state % 8 == 0) {
    std::this_thread::yield();
  }
}

struct restless {
  std::uint64_t number = 0;

  explicit restless(std::uint64_t n) noexcept : number(n) { perhaps_yield(); }
  restless(const restless& other) noexcept : number(other.number) { perhaps_yield(); }
  restless(restless&& other) noexcept : number(other.number) { perhaps_yield(); }
  restless& operator=(const restless&) noexcept = default;

  friend bool operator==(const restless& a, const restless& b) noexcept {
    perhaps_yield();
    return a.number == b.number;
  }
};

struct restless_hash {
  std::size_t operator()(const restless& value) const noexcept {
    perhaps_yield();
    return value.number;
  }
};

}  // namespace reclaim::linearizability

#endif  // RECLAIM_TESTS_LINEARIZABILITY_RESTLESS_H
