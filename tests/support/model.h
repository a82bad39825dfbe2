// Scenarios for the Relacy Race Detector: a handful of threads, a few operations each, run under very many schedules.
//
//   class reader_and_retirer : public model::scenario {
//     epoch_domain domain{model::eager()};
//     void thread(unsigned index) override { ... }        // each thread's part
//    public:
//     static constexpr unsigned threads = 2;
//   };
//   int main(int argc, char** argv) {
//     return model::run(argc, argv, {model::plan_of<reader_and_retirer, "reader_and_retirer">()});
//   }
//
// A scenario is constructed and destroyed within each schedule, so its members may be atomics and domains.
// Relacy changes threads at atomic operations only: put one (model::step) between a protect and the use.

#ifndef RECLAIM_TESTS_SUPPORT_MODEL_H
#define RECLAIM_TESTS_SUPPORT_MODEL_H

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <new>
#include <string_view>

#include "reclaim/core/domain_base.h"
#include "reclaim/sync/sync.h"

namespace reclaim::model {

class scenario {
 public:
  virtual ~scenario() = default;

  // What thread `index` of `threads` does.
  virtual void thread(unsigned index) = 0;

  // How many objects have ended: asked after all threads.
  virtual std::size_t reclaimed() const;

  // After that, before the destructor.
  virtual void at_rest() {}
};

// When objects must end before the scenario's destructor ends the rest.
enum class ends : unsigned char {
  always,     // in each schedule
  sometimes,  // in one schedule at least
  not_asked,  // the scenario has no such objects
};

// How much of a scenario is searched, and how the program names it.
struct plan {
  const char* name = "";  // "": it is not compiled
  unsigned threads;
  scenario* (*make)(void* place);
  unsigned bound;  // preemptions of the complete search; 0: there is none, random schedules alone
  ends expected;
  unsigned room;   // participants in a domain's first chunk

  unsigned long schedules;  // random, under full fences; the other models get a quarter
};

inline constexpr std::size_t most_bytes = 1 << 14;  // of a scenario

// The one scenario that is compiled; "": all.
#ifndef RECLAIM_MODEL_SCENARIO
#define RECLAIM_MODEL_SCENARIO ""
#endif
inline constexpr std::string_view compiled_scenario = RECLAIM_MODEL_SCENARIO;

// What names a scenario, as a template's argument.
template <std::size_t Size>
struct name {
  consteval name(const char (&text)[Size]) { std::copy_n(text, Size, characters); }
  constexpr bool is_compiled() const { return compiled_scenario.empty() || compiled_scenario == characters; }

  char characters[Size];
};

// S: static constexpr unsigned threads; a default constructor.
template <class S, name Name>
plan plan_of(unsigned bound = 0, ends expected = ends::sometimes, unsigned room = S::threads, unsigned long schedules = 1'000'000) {
  if constexpr (Name.is_compiled()) {
    static_assert(sizeof(S) <= most_bytes && alignof(S) <= 2 * sync::cache_line);
    return {Name.characters, S::threads, [](void* place) -> scenario* { return new (place) S; }, bound, expected, room, schedules};
  } else {
    return {};
  }
}

// The same with fewer schedules, for what is searched over other schemes as well.
template <class S, name Name>
plan brief_plan_of(ends expected = ends::sometimes) {
  return plan_of<S, Name>(0, expected, S::threads, 300'000);
}

// Runs each plan under each model of the asymmetric fences, in random schedules and, if it has a bound, in all
// schedules with so few preemptions.  Prints one line for each search.  Returns 0 if no schedule failed, and objects
// ended as planned; a failing schedule is printed with its history.
//
//   --scenario=NAME     that one alone
//   --fences=full       or systemwide, or asymmetric: under that model alone
//   --search=random     or bound: that search alone
//   --bound=N           preemptions of the complete search
//   --schedules=N       random schedules for each search, whatever the plan says
//   --part=N            one of N parts of the random schedules that the plan says
//   --list              runs nothing: prints each scenario's name, threads and preemptions of the complete search
//   --expect-failure    returns 0 if a schedule failed or crashed, and 1 if none did
int run(int argc, char** argv, std::initializer_list<plan> plans);

// Fails the schedule with `what` unless `holds`.
void expect(bool holds, const char* what, sync::location where = sync::location::current());

// How many objects have ended in this schedule.
std::size_t ended() noexcept;
void count_end() noexcept;

inline std::size_t scenario::reclaimed() const { return ended(); }

// Options with which the first retire collects, and ends whatever it may.
inline domain_options eager() { return {.objects_per_collect = 1, .reclaims_per_retire = 64}; }

// Makes all simulated threads participants of `domain`, so that the search need not go through their joining.
template <class Domain>
void join_all(Domain& domain) {
  const std::size_t own = sync::thread_index();
  for (std::size_t index = 0; index != sync::expected_threads; ++index) {
    sync::begin_thread(index);
    auto guard = domain.enter();
  }
  sync::begin_thread(own);
}

// Where a thread may be changed for another: an atomic step that orders nothing.
class step {
 public:
  void operator()() const { word_.load(relaxed); }

 private:
  sync::atomic<int> word_{0};
};

// An object that may be read while it is protected, and that writes when it ends: then a use after the end shows, and
// so does an end that is not ordered after the uses.
template <class Domain>
struct object : Domain::hook {
  explicit object(int v = 1) : value(v) {}
  ~object() {
    value.set(0);
    count_end();
  }
  int read() const { return value.get(); }

  sync::plain<int> value;
};

// Lets the threads change here.
void change_threads();

// A moment of a thread, and up to which of theirs it has seen the others: the checker's vector clock.
struct moment {
  std::size_t thread = 0;
  std::array<std::uint64_t, sync::most_threads> seen{};

  // Whether what the thread did before this moment happens before what is done after `later`, which comes later in time.  Says no
  // where the clocks cannot tell: a thread's own stands still while it only reads.
  bool happens_before(const moment& later) const noexcept {
    return thread == later.thread || seen[thread] < later.seen[thread];
  }
};

// Of the calling thread.
moment now();

// A value that a container takes, moves and gives back, each time by plain reads and writes.  Threads may change before
// it is moved or copied: between the protect and the use.
struct value {
  explicit value(int n = 0) : number(n) {}
  value(const value& other) noexcept : number(other.number_after_change()) {}
  value(value&& other) noexcept : number(other.number_after_change()) { other.number.set(-1); }
  value& operator=(const value&) = delete;
  ~value() { number.set(-2); }
  int get() const noexcept { return number.get(); }

  sync::plain<int> number;

 private:
  int number_after_change() const noexcept {
    change_threads();
    return number.get();
  }
};

}  // namespace reclaim::model

#endif  // RECLAIM_TESTS_SUPPORT_MODEL_H
