// What a domain has done, counted by each participant for itself.

#ifndef RECLAIM_CORE_DOMAIN_STATS_H
#define RECLAIM_CORE_DOMAIN_STATS_H

#include <chrono>
#include <cstddef>
#include <cstdint>

#include "reclaim/core/garbage.h"

namespace reclaim {

// Sums over all participants of a domain.  At rest exact, and retired = reclaimed + pending; while threads work each is a
// little behind.
struct domain_stats {
  std::size_t retired = 0;          // objects handed to the domain
  std::size_t reclaimed = 0;        // objects whose deleter has run
  std::size_t retired_bytes = 0;    // what they occupied: sizeof, or as whoever retired them said
  std::size_t reclaimed_bytes = 0;
  garbage pending;                  // retired and not reclaimed
  garbage peak;                     // the most that was pending, as collects and calls of stats() have seen it
  std::size_t participants = 0;     // threads that are joined
  std::size_t collects = 0;         // attempts to find out what may end
  std::size_t heavy_fences = 0;     // those that got as far as the fence which other processors feel
  std::size_t heavy_failures = 0;   // those whose fence the kernel refused, and that freed nothing
  std::uint64_t epoch = 0;          // advances since the domain began; of schemes with epochs, as the next three
  std::size_t advances = 0;         // epochs that a collect began
  std::size_t passed = 0;           // those that began although a guard was behind; it is protected by its slots
  std::size_t held_up = 0;          // attempts to begin one that a guard was in the way of
  std::chrono::nanoseconds deleter_time{0};  // in deleters, estimated from one retire() in each interval, and all drains
};

}  // namespace reclaim

#endif  // RECLAIM_CORE_DOMAIN_STATS_H
