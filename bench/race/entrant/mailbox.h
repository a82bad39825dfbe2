// Numbers from one thread to another: a ring that waits where it is full, or empty.

#ifndef RECLAIM_BENCH_RACE_ENTRANT_MAILBOX_H
#define RECLAIM_BENCH_RACE_ENTRANT_MAILBOX_H

#include <atomic>
#include <cstddef>
#include <cstdint>

namespace reclaim::race {

// Holds numbers other than 0.
class mailbox {
 public:
  static constexpr std::size_t size = 1024;

  // Returns false if it is full.  One thread.
  bool try_put(std::uint64_t number) noexcept {
    std::atomic<std::uint64_t>& place = places_[put_ % size];
    if (place.load(std::memory_order_acquire) != 0) return false;
    place.store(number, std::memory_order_release);
    ++put_;
    return true;
  }

  // Returns 0 if it is empty.  One thread.
  std::uint64_t try_take() noexcept {
    std::atomic<std::uint64_t>& place = places_[taken_ % size];
    const std::uint64_t number = place.load(std::memory_order_acquire);
    if (number == 0) return 0;
    place.store(0, std::memory_order_release);
    ++taken_;
    return number;
  }

 private:
  alignas(128) std::size_t put_ = 0;
  alignas(128) std::size_t taken_ = 0;
  alignas(128) std::atomic<std::uint64_t> places_[size] = {};
};

}  // namespace reclaim::race

#endif  // RECLAIM_BENCH_RACE_ENTRANT_MAILBOX_H
