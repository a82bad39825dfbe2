// What the caches tell the replay.

#ifndef RECLAIM_BENCH_SUPPORT_FINDING_H
#define RECLAIM_BENCH_SUPPORT_FINDING_H

#include <cstdint>

namespace reclaim::bench {

// What a read found.
enum class finding { hit, miss, corrupt };

// What became of the blocks that were unlinked.
struct reclamation {
  std::uint64_t retired;
  std::uint64_t reclaimed;
};

}  // namespace reclaim::bench

#endif  // RECLAIM_BENCH_SUPPORT_FINDING_H
