// Paths that are hardly ever taken, taken always: so that every test goes through them as well.

#ifndef RECLAIM_SYNC_RARE_PATHS_H
#define RECLAIM_SYNC_RARE_PATHS_H

namespace reclaim::sync {

// Whether a hybrid_domain reads its slots at every collect.  Bazel: --//reclaim/sync:slots=always
#if defined(RECLAIM_SLOTS_ALWAYS_READ)
inline constexpr bool slots_are_always_read = true;
#else
inline constexpr bool slots_are_always_read = false;
#endif

}  // namespace reclaim::sync

#endif  // RECLAIM_SYNC_RARE_PATHS_H
