// The scenarios by name, and what each is there for.

#ifndef RECLAIM_TESTS_TORTURE_SCENARIOS_H
#define RECLAIM_TESTS_TORTURE_SCENARIOS_H

#include <array>
#include <chrono>

#include "tests/torture/rack.h"

namespace reclaim::torture {

struct scenario {
  const char* name;
  unsigned share;  // of the time of a scheme
  what purpose;    // what it must have seen, where the scheme has such a thing
  course how;
};

inline course with(void (*change)(course&)) {
  course c;
  change(c);
  return c;
}

inline const std::array<scenario, 9>& rack_scenarios() {
  static const std::array<scenario, 9> all = {{
      {"roots", 6, what::retires, course{}},
      {"threads", 1, what::threads, with([](course& c) { c.comers = 4, c.readers = 1; })},
      {"stalls", 2, what::laggards_passed, with([](course& c) { c.guards_a_stall = 8192, c.readers = 6; })},
      {"stutter", 1, what::pauses, with([](course& c) { c.done.pauses = true; })},
      {"moves", 1, what::moves, with([](course& c) { c.done.moves = true; })},
      {"preemption", 2, what::preempted_under_guard, with([](course& c) { c.done.naps = true; })},
      {"slow_stores", 1, what::retires, with([](course& c) {
         c.has_slow_stores = true;
         c.objects_per_collect = 1;
       })},
      {"wrap", 1, what::wraps, with([](course& c) { c.advances_to_wrap = 64, c.lap = std::chrono::milliseconds(200); })},
      {"together", 3, what::preempted_under_guard, with([](course& c) {
         c.done = {true, true, true};
         c.comers = 1;
         c.guards_a_stall = 65536;
         c.objects_per_collect = 4;
       })},
  }};
  return all;
}

}  // namespace reclaim::torture

#endif  // RECLAIM_TESTS_TORTURE_SCENARIOS_H
