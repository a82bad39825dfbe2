// Whether two processors are near each other: on a virtual machine that changes from minute to minute.

#ifndef RECLAIM_BENCH_RACE_PLACEMENT_H
#define RECLAIM_BENCH_RACE_PLACEMENT_H

namespace reclaim::race {

// Between the two, ns in which a cache line travels from one processor to the other.
inline constexpr double farthest_near = 80;

// Lets a cache line go to and fro between the first two processors for about a millisecond.
// Returns how many ns one way takes; 0 if there is one processor only.
double ns_between_processors();

}  // namespace reclaim::race

#endif  // RECLAIM_BENCH_RACE_PLACEMENT_H
