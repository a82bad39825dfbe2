// What the threads of a run have seen.

#ifndef RECLAIM_TESTS_TORTURE_TALLY_H
#define RECLAIM_TESTS_TORTURE_TALLY_H

#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <utility>

namespace reclaim::torture {

enum class what : unsigned char {
  reads,                  // looks at a protected object, each with its checks
  guards,                 // under which they were
  retires,
  grace_periods,          // waited for, one after the other
  laggards_passed,        // epochs that began although a guard was behind
  preempted_under_guard,  // a signal put the thread to sleep there
  threads,                // that came and went
  moves,                  // of a thread to other processors
  pauses,                 // of all threads together
  wraps,                  // domains whose epoch passed zero
  age_1,                  // reads, under guards of regions, of what was retired one whole grace period ago
  old_by_slot,            // reads of what was retired one or more ago, and a slot names: allowed, however old
  peak_backlog,           // objects retired and not ended
  late_reads,             // of what had ended; this and what follows are errors
  age_2,                  // as age_1, of two grace periods or more: too many
  double_frees,
  overwritten,            // after the end
  lost,                   // retired and never ended, or elements that vanished
  unused,                 // a scenario that did not do what it is there for
  count
};
inline constexpr std::size_t kinds = static_cast<std::size_t>(what::count);
inline constexpr std::array<const char*, kinds> names = {
    "reads", "guards", "retires", "grace_periods", "laggards_passed", "preempted_under_guard", "threads", "moves", "pauses",
    "wraps", "reads_age_1", "reads_old_by_slot", "peak_backlog", "late_reads", "reads_age_2", "double_frees", "overwritten",
    "lost", "unused"};
static_assert(names.back() != nullptr);

// One thread's, or the sum of all.
class counts {
 public:
  std::uint64_t& operator[](what w) noexcept { return of_[static_cast<std::size_t>(w)]; }
  std::uint64_t operator[](what w) const noexcept { return of_[static_cast<std::size_t>(w)]; }

  // Sums up, but for the peak.
  counts& operator+=(const counts& more) noexcept {
    const std::uint64_t peak = std::max((*this)[what::peak_backlog], more[what::peak_backlog]);
    for (std::size_t i = 0; i != kinds; ++i) of_[i] += more.of_[i];
    (*this)[what::peak_backlog] = peak;
    return *this;
  }
  std::uint64_t errors() const noexcept {
    std::uint64_t sum = 0;
    for (auto i = static_cast<std::size_t>(what::late_reads); i != kinds; ++i) sum += of_[i];
    return sum;
  }

 private:
  std::array<std::uint64_t, kinds> of_{};
};

// That of all threads.  Relaxed: it orders nothing.
class tally {
 public:
  void add(what w, std::uint64_t n = 1) noexcept { of_[static_cast<std::size_t>(w)].fetch_add(n, std::memory_order_relaxed); }
  void raise(what w, std::uint64_t n) noexcept {
    auto& peak = of_[static_cast<std::size_t>(w)];
    if (n > peak.load(std::memory_order_relaxed)) peak.store(n, std::memory_order_relaxed);
  }
  void take(counts& mine) noexcept {
    for (std::size_t i = 0; i != kinds; ++i) {
      if (const std::uint64_t n = std::exchange(mine[static_cast<what>(i)], 0)) add(static_cast<what>(i), n);
    }
  }
  std::uint64_t operator[](what w) const noexcept { return of_[static_cast<std::size_t>(w)].load(std::memory_order_relaxed); }
  counts sum() const noexcept {
    counts all;
    for (std::size_t i = 0; i != kinds; ++i) all[static_cast<what>(i)] = (*this)[static_cast<what>(i)];
    return all;
  }

 private:
  std::array<std::atomic<std::uint64_t>, kinds> of_{};
};

}  // namespace reclaim::torture

#endif  // RECLAIM_TESTS_TORTURE_TALLY_H
