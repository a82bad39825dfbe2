// The replay, from the command line to the exit status.

#ifndef RECLAIM_BENCH_SUPPORT_REPLAY_H
#define RECLAIM_BENCH_SUPPORT_REPLAY_H

#include <vector>

#include "bench/support/contender.h"

namespace reclaim::bench {

// What the process exits with.
inline constexpr int all_is_well = 0;
inline constexpr int check_failed = 1;
inline constexpr int bad_input = 2;
inline constexpr int not_drawn = 3;  // all is well but for the plot

// Replays a trace against every contender, and prints the table.  Returns the exit status.
int replay(int argc, const char* const* argv, const std::vector<contender>& contenders);

}  // namespace reclaim::bench

#endif  // RECLAIM_BENCH_SUPPORT_REPLAY_H
