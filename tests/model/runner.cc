#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <iostream>
#include <string_view>

#include "tests/support/model.h"

namespace reclaim::model {
namespace {

using sync::fence_model;

constexpr unsigned most_steps = 4000;  // of a schedule: more is a livelock

// What the simulation of this process is about.  Simulated threads are one real thread.
const plan* running = nullptr;
alignas(2 * sync::cache_line) unsigned char place[most_bytes];
std::size_t ended_now = 0;
unsigned long long reclaimed_in_all = 0;

// One type for all scenarios of a number of threads, so that Relacy's templates are compiled here and only here.
template <rl::thread_id_t Threads>
struct suite : rl::test_suite<suite<Threads>, Threads> {
  suite() {
    ended_now = 0;
    sync::begin_simulation(running->room);
    current = running->make(place);
  }
  ~suite() { current->~scenario(); }
  void thread(unsigned index) { current->thread(index); }
  void after() {
    const std::size_t reclaimed = current->reclaimed();
    reclaimed_in_all += reclaimed;
    if (running->expected == ends::always) expect(reclaimed != 0, "nothing ended in this schedule");
    current->at_rest();
  }

  scenario* current;
};

struct outcome {
  rl::test_result_e result;
  rl::iteration_t schedules;
  rl::string state;  // of the search where it failed
};

template <rl::thread_id_t Threads>
outcome search_with(rl::test_params& params, bool is_replay) {
  rl::ostringstream state;
  const rl::test_result_e result =
      params.search_type == rl::sched_random
          ? rl::run_test<suite<Threads>, rl::random_scheduler<Threads>>(params, state, is_replay)
          : rl::run_test<suite<Threads>, rl::context_bound_scheduler<Threads>>(params, state, is_replay);
  return {result, params.stop_iteration, state.str()};
}

outcome search(const plan& p, rl::test_params& params, bool is_replay) {
  running = &p;
  switch (p.threads) {
    case 2: return search_with<2>(params, is_replay);
    case 3: return search_with<3>(params, is_replay);
    case 4: return search_with<4>(params, is_replay);
    default: sync::fail("a scenario has two to four threads");
  }
}

struct order {
  std::string_view scenario, fences, search;
  rl::iteration_t schedules = 0;  // as many as the plan says
  rl::iteration_t part = 1;      // ... or one of so many parts of that
  unsigned bound = 0;            // as the plan says
  bool expects_failure = false;
  bool lists = false;
};

// The models of the fences, each with the part of a plan's random schedules that it gets.
struct weighed_model {
  fence_model fences;
  const char* name;
  unsigned part;
};
constexpr weighed_model models[] = {
    {fence_model::full, "full", 1},
    {fence_model::systemwide, "systemwide", 4},
    {fence_model::asymmetric, "asymmetric", 4},
};

// Searches once and prints the line.  Returns whether all went as it should: no failure, and objects that ended.
bool check(const plan& p, const weighed_model& model, unsigned bound, const order& o) {
  std::ostream silent(nullptr);
  rl::test_params params;
  params.iteration_count = o.schedules != 0 ? o.schedules : p.schedules / model.part / o.part;
  params.progress_stream = &silent;
  params.search_type = bound == 0 ? rl::sched_random : rl::sched_bound;
  params.context_bound = bound;
  params.execution_depth_limit = most_steps;
  sync::modelled_fences = model.fences;
  reclaimed_in_all = 0;

  const auto begin = std::chrono::steady_clock::now();
  const outcome found = search(p, params, false);
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();

  const bool is_clean = found.result == rl::test_result_success;
  const bool is_idle = is_clean && !o.expects_failure && p.expected != ends::not_asked && reclaimed_in_all == 0;
  char kind[24];
  std::snprintf(kind, sizeof kind, bound == 0 ? "random" : "bound %u", bound);
  std::printf("%-34s %-10s %-8s %9llu schedules %7.1f s %9llu reclaims  %s\n", p.name, model.name, kind,
              static_cast<unsigned long long>(found.schedules), seconds, reclaimed_in_all,
              is_idle ? "NOTHING EVER ENDED" : is_clean ? "clean" : rl::test_result_str(found.result));
  std::fflush(stdout);
  if (!is_clean && !o.expects_failure) {
    params.initial_state = found.state;
    params.collect_history = true;
    search(p, params, true);
  }
  return is_clean && !is_idle;
}

bool takes(std::string_view argument, std::string_view name, std::string_view& value) {
  if (argument.substr(0, name.size()) != name) return false;
  value = argument.substr(name.size());
  return true;
}

order order_of(int argc, char** argv) {
  order o;
  for (int i = 1; i < argc; ++i) {
    std::string_view number;
    if (takes(argv[i], "--scenario=", o.scenario) || takes(argv[i], "--fences=", o.fences) ||
        takes(argv[i], "--search=", o.search)) {
      continue;
    }
    if (takes(argv[i], "--schedules=", number)) {
      o.schedules = std::strtoull(number.data(), nullptr, 10);
    } else if (takes(argv[i], "--part=", number)) {
      o.part = std::max(1ull, std::strtoull(number.data(), nullptr, 10));
    } else if (takes(argv[i], "--bound=", number)) {
      o.bound = static_cast<unsigned>(std::strtoul(number.data(), nullptr, 10));
    } else if (std::strcmp(argv[i], "--expect-failure") == 0) {
      o.expects_failure = true;
    } else if (std::strcmp(argv[i], "--list") == 0) {
      o.lists = true;
    } else {
      std::fprintf(stderr, "unknown argument %s\n", argv[i]);
      std::exit(2);
    }
  }
  return o;
}

// Where a failure is expected a crash is one: the schedule used what is not there.
void fail_by_crash(int) {
  constexpr char line[] = "CRASHED\n";
  [[maybe_unused]] const auto written = write(STDOUT_FILENO, line, sizeof line - 1);
  _exit(0);
}

// The searches that fall to this process when Bazel spreads a test over several.
class shard {
 public:
  shard() {
    if (const char* total = std::getenv("TEST_TOTAL_SHARDS")) total_ = std::strtoul(total, nullptr, 10);
    if (const char* index = std::getenv("TEST_SHARD_INDEX")) index_ = std::strtoul(index, nullptr, 10);
    if (const char* path = std::getenv("TEST_SHARD_STATUS_FILE")) {
      if (std::FILE* told = std::fopen(path, "w")) std::fclose(told);
    }
  }
  bool takes_next() { return next_++ % total_ == index_; }

 private:
  unsigned long total_ = 1, index_ = 0, next_ = 0;
};

int list(std::initializer_list<plan> plans) {
  for (const plan& p : plans) std::printf("%s %u %u\n", p.name, p.threads, p.bound);
  return 0;
}

}  // namespace

int run(int argc, char** argv, std::initializer_list<plan> plans) {
  const order o = order_of(argc, argv);
  if (o.lists) return list(plans);
  if (o.expects_failure) {
    for (const int crash : {SIGSEGV, SIGBUS, SIGABRT}) std::signal(crash, fail_by_crash);
  }
  shard mine;
  bool is_known = o.scenario.empty();
  unsigned failures = 0;
  for (const plan& p : plans) {
    if (!o.scenario.empty() && o.scenario != p.name) continue;
    is_known = true;
    for (const weighed_model& model : models) {
      if (!o.fences.empty() && o.fences != model.name) continue;
      if (!mine.takes_next()) continue;
      if (o.search != "bound" && !check(p, model, 0, o)) ++failures;
      if (o.expects_failure && failures != 0) return 0;
      // What `full` may do `asymmetric` may too, and more: the smaller search is that of `full`.
      const unsigned bound = o.bound != 0 ? o.bound : model.fences == fence_model::asymmetric ? 0 : p.bound;
      if (o.search != "random" && bound != 0 && !check(p, model, bound, o)) ++failures;
    }
  }
  if (!is_known) {  // no abort: where a failure is expected that would count as one
    std::fprintf(stderr, "no scenario has that name\n");
    return 2;
  }
  if (o.expects_failure && failures == 0) std::printf("no schedule failed, and one should\n");
  return (failures != 0) == o.expects_failure ? 0 : 1;
}

void expect(bool holds, const char* what, sync::location where) {
  if (!holds) rl::ctx().fail_test(what, rl::test_result_user_assert_failed, sync::detail::at(where));
}

void change_threads() { rl::ctx().sched(); }

moment now() {
  const rl::thread_info_base& self = *rl::ctx().threadx_;
  moment m;
  m.thread = self.index_;
  std::copy_n(self.acq_rel_order_, rl::ctx().get_thread_count(), m.seen.begin());
  return m;
}

std::size_t ended() noexcept { return ended_now; }
void count_end() noexcept { ++ended_now; }

}  // namespace reclaim::model
