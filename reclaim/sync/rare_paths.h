// Paths that are hardly ever taken, or by large containers alone, taken always: so that tests go through them as well.

#ifndef RECLAIM_SYNC_RARE_PATHS_H
#define RECLAIM_SYNC_RARE_PATHS_H

namespace reclaim::sync {

// Whether a hybrid_domain reads its slots at every collect.  Bazel: --//reclaim/sync:slots=always
#if defined(RECLAIM_SLOTS_ALWAYS_READ)
inline constexpr bool slots_are_always_read = true;
#else
inline constexpr bool slots_are_always_read = false;
#endif

// The bits by which a map tells its buckets apart before its links tell elements apart: 65,536 buckets; four in models.
#if defined(RECLAIM_BACKEND_RELACY)
inline constexpr unsigned bucket_bits_before_prefixes = 2;
#else
inline constexpr unsigned bucket_bits_before_prefixes = 16;
#endif

}  // namespace reclaim::sync

#endif  // RECLAIM_SYNC_RARE_PATHS_H
