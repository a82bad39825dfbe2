// How long single calls of retire take.

#include <algorithm>
#include <cmath>
#include <numeric>

#include "bench/race/entrant/course.h"
#include "bench/race/entrant/team.h"
#include "bench/support/stopwatch.h"

namespace reclaim::race {
namespace {

double ns_a_tick() {
  const std::uint64_t first = race_ticks();
  const bench::stopwatch watch;
  while (watch.seconds() < 0.02) {
  }
  return watch.seconds() * 1e9 / static_cast<double>(race_ticks() - first);
}

class latency_course final : public course {
 public:
  latency_course(const race_scheme& scheme, const setup& asked)
      : retire_timed_(scheme.retire_timed),
        operations_(asked.operations / asked.threads),
        ticks_(operations_ * asked.threads),
        ns_a_tick_(ns_a_tick()),
        team_(asked.threads, {scheme.join, scheme.leave, scheme.rest}) {
    retire();  // warms up, and faults the array in
  }

  figures round() override {
    retire();
    std::sort(ticks_.begin(), ticks_.end());
    return {{"p50", at(0.5)}, {"p99", at(0.99)}, {"p99.9", at(0.999)}, {"p99.99", at(0.9999)}, {"max", at(1)}};
  }

 private:
  void retire() {
    team_.run([&](std::size_t worker) { retire_timed_(operations_, ticks_.data() + worker * operations_); });
    team_.rest();
  }

  double at(double quantile) const {
    const auto rank = static_cast<std::size_t>(quantile * static_cast<double>(ticks_.size() - 1) + 0.5);
    // In whole ns: each entrant measures a tick for itself, and a part in 10,000 of it should win nothing.
    return std::round(static_cast<double>(ticks_[rank]) * ns_a_tick_);
  }

  void (*const retire_timed_)(std::uint64_t, std::uint32_t*);
  const std::uint64_t operations_;  // of one worker
  std::vector<std::uint32_t> ticks_;
  const double ns_a_tick_;
  team team_;
};

}  // namespace

std::unique_ptr<course> make_latency_course(const race_scheme& scheme, const setup& asked) {
  return std::make_unique<latency_course>(scheme, asked);
}

}  // namespace reclaim::race
