// What the caches tell the replay.

#ifndef RECLAIM_BENCH_SUPPORT_FINDING_H
#define RECLAIM_BENCH_SUPPORT_FINDING_H

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "reclaim/core/domain.h"
#include "reclaim/core/stall.h"

namespace reclaim::bench {

// What a read found.
enum class finding { hit, miss, corrupt };

// What became of the blocks that were unlinked.
struct reclamation {
  std::uint64_t retired;
  std::uint64_t reclaimed;
  std::optional<std::uint64_t> bound;  // of what may wait, if the scheme states one
};

template <class Domain>
std::optional<std::uint64_t> bound_of(const Domain& domain, std::size_t participants) {
  if constexpr (bounded_domain<Domain>) return domain.garbage_bound(participants);
  return std::nullopt;
}

// Who has been in the way for longest, if for longer than a thread that is only not running.
template <class Domain>
std::optional<stall> longest_stall_of(Domain& domain) {
  constexpr std::chrono::milliseconds shortest{50};
  const std::vector<stall> found = domain.stalls(shortest);
  return found.empty() ? std::nullopt : std::optional(found.front());
}

}  // namespace reclaim::bench

#endif  // RECLAIM_BENCH_SUPPORT_FINDING_H
