// What an entrant runs, round by round.

#ifndef RECLAIM_BENCH_RACE_ENTRANT_COURSE_H
#define RECLAIM_BENCH_RACE_ENTRANT_COURSE_H

#include <cstddef>
#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "bench/race/entrant/race.h"
#include "bench/race/entrant/team.h"

namespace reclaim::race {

// What a round measured, by name.
using figures = std::vector<std::pair<std::string, double>>;

// What is asked of an entrant; a course uses what concerns it.
struct setup {
  std::size_t threads = 1;
  double seconds = 0.05;                    // of a round
  std::uint64_t operations = 1'000'000;     // of a round, where it is not timed
  std::uint64_t keys = 100'000;             // of a map: half of them are in it
  bool zipf = false;                        // keys follow Zipf's law, exponent 0.99; else uniform
  unsigned inserts = 5, erases = 5;         // per cent of a map's operations; the others are gets
  std::uint64_t nodes = 1000;               // of a list
};

// An entrant that did not do what it says.
struct wrong_result : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// Filled when it is made.
class course {
 public:
  virtual ~course() = default;

  // Throws: wrong_result.
  virtual figures round() = 0;
};

// Courses that are one loop, driven by Google Benchmark; ns an operation, or a node of the list, and thread.
using loop = void (*)(std::uint64_t);
std::unique_ptr<course> make_loop_course(const std::string& name, const hooks& library, loop body, const setup& setup);
std::unique_ptr<course> make_list_course(const race_scheme& scheme, const setup& setup);

std::unique_ptr<course> make_latency_course(const race_scheme& scheme, const setup& setup);
std::unique_ptr<course> make_stall_course(const race_scheme& scheme, const setup& setup);
std::unique_ptr<course> make_map_course(const race_map& map, const setup& setup);
std::unique_ptr<course> make_queue_course(const race_queue& queue, const setup& setup);

std::vector<std::string> courses_of(const race_slab& slab);
std::unique_ptr<course> make_slab_course(const std::string& name, const race_slab& slab, const setup& setup);

}  // namespace reclaim::race

#endif  // RECLAIM_BENCH_RACE_ENTRANT_COURSE_H
