// The count of all blocks that were born and that have ended.

#ifndef RECLAIM_BENCH_SUPPORT_LEDGER_H
#define RECLAIM_BENCH_SUPPORT_LEDGER_H

#include <array>
#include <cstddef>
#include <cstdint>

#include "reclaim/sync/sync.h"

namespace reclaim::bench {

// Any thread may count; the sums are exact once the counting threads have been joined.
class ledger {
 public:
  void count_birth() noexcept { mine().births.fetch_add(1, relaxed); }
  void count_end() noexcept { mine().ends.fetch_add(1, relaxed); }

  std::uint64_t births() const noexcept { return sum(&page::births); }
  std::uint64_t ends() const noexcept { return sum(&page::ends); }

 private:
  static constexpr std::size_t pages = 64;

  // relaxed throughout: the threads are joined before the sums are judged.
  struct alignas(sync::cache_line) page {
    sync::atomic<std::uint64_t> births{0};
    sync::atomic<std::uint64_t> ends{0};
  };

  page& mine() noexcept { return pages_[sync::thread_index() % pages]; }

  std::uint64_t sum(sync::atomic<std::uint64_t> page::* count) const noexcept {
    std::uint64_t total = 0;
    for (const page& p : pages_) total += (p.*count).load(relaxed);
    return total;
  }

  std::array<page, pages> pages_;
};

}  // namespace reclaim::bench

#endif  // RECLAIM_BENCH_SUPPORT_LEDGER_H
