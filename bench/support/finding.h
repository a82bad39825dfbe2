// What the caches tell the replay.

#ifndef RECLAIM_BENCH_SUPPORT_FINDING_H
#define RECLAIM_BENCH_SUPPORT_FINDING_H

#include <cstddef>
#include <cstdint>
#include <optional>

#include "reclaim/core/domain.h"

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

}  // namespace reclaim::bench

#endif  // RECLAIM_BENCH_SUPPORT_FINDING_H
