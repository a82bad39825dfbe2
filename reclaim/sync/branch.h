// What the compiler cannot know of a branch.

#ifndef RECLAIM_SYNC_BRANCH_H
#define RECLAIM_SYNC_BRANCH_H

namespace reclaim::sync {

// Returns `condition`, of which the compiler is told that it holds a thousand times for each time that it does not, so that
// the one case is laid out in line and the other beside it.  [[likely]] says nine times of ten: code is laid out either way.
[[gnu::always_inline]] inline bool nearly_always(bool condition) noexcept {
  return __builtin_expect_with_probability(condition, true, 0.999) != 0;
}

}  // namespace reclaim::sync

#endif  // RECLAIM_SYNC_BRANCH_H
