// Courses of one loop: Google Benchmark decides how many portions of it make a round, the team runs them.

#include <benchmark/benchmark.h>

#include <cstdio>
#include <cstdlib>
#include <functional>
#include <mutex>

#include "bench/race/entrant/course.h"
#include "bench/race/entrant/team.h"
#include "bench/support/stopwatch.h"

namespace reclaim::race {
namespace {

constexpr double portion_seconds = 0.001;

using any_loop = std::function<void(std::uint64_t)>;

// Takes the one result of a run and prints nothing.
class silent_reporter final : public benchmark::BenchmarkReporter {
 public:
  bool ReportContext(const Context&) override { return true; }
  void ReportRuns(const std::vector<Run>& runs) override {
    for (const Run& run : runs) seconds_ = run.real_accumulated_time / static_cast<double>(run.iterations);
  }
  double seconds_an_iteration() const { return seconds_; }

 private:
  double seconds_ = 0;
};

class loop_course final : public course {
 public:
  loop_course(std::string name, const hooks& library, const setup& asked, any_loop body, double divisor)
      : name_(std::move(name)),
        seconds_(asked.seconds),
        divisor_(divisor),
        loop_(std::move(body)),
        team_(asked.threads, library) {
    portion(portion_);  // what the first call makes is no part of its length
    while (portion(portion_) < portion_seconds && portion_ < std::uint64_t{1} << 40) portion_ *= 2;
    team_.rest();
  }

  figures round() override {
    benchmark::ClearRegisteredBenchmarks();
    benchmark::RegisterBenchmark(name_.c_str(), [this](benchmark::State& state) {
      for (auto _ : state) state.SetIterationTime(portion(portion_));
    })->UseManualTime()->MinTime(seconds_);
    silent_reporter reporter;
    benchmark::RunSpecifiedBenchmarks(&reporter, ".");
    team_.rest();
    return {{name_, reporter.seconds_an_iteration() * 1e9 / static_cast<double>(portion_) / divisor_}};
  }

 private:
  // Runs n operations on every worker.  Returns how many seconds that took, on the average of the workers.
  double portion(std::uint64_t n) {
    std::vector<double> seconds(team_.size());
    team_.run([&](std::size_t worker) {
      const bench::stopwatch watch;
      loop_(n);
      seconds[worker] = watch.seconds();
    });
    double sum = 0;
    for (const double s : seconds) sum += s;
    return sum / static_cast<double>(seconds.size());
  }

  const std::string name_;
  const double seconds_;
  const double divisor_;
  const any_loop loop_;
  std::uint64_t portion_ = 1;  // operations of a worker in one iteration of the benchmark
  team team_;
};

}  // namespace

std::unique_ptr<course> make_loop_course(const std::string& name, const hooks& library, loop body, const setup& asked) {
  return std::make_unique<loop_course>(name, library, asked, body, 1);
}

// The list is made on the first worker that uses it: only workers have joined.
std::unique_ptr<course> make_list_course(const race_scheme& scheme, const setup& asked) {
  struct shared_list {
    std::once_flag once;
    void* list = nullptr;
  };
  const auto find = [&scheme, nodes = asked.nodes, shared = std::make_shared<shared_list>()](std::uint64_t n) {
    std::call_once(shared->once, [&] { shared->list = scheme.list_make(nodes); });
    if (scheme.list_find(shared->list, n) != 0) {
      std::fputs("list: found a key that is not there\n", stderr);
      std::exit(EXIT_FAILURE);
    }
  };
  return std::make_unique<loop_course>("list", hooks{scheme.join, scheme.leave, scheme.rest}, asked, find, static_cast<double>(asked.nodes));
}

}  // namespace reclaim::race
