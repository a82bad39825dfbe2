// A writer retires while a reader is calm, and then while it stalls under its guard.

#include <algorithm>
#include <atomic>

#include "bench/race/entrant/course.h"
#include "bench/race/entrant/team.h"
#include "bench/support/stopwatch.h"

std::uint64_t race_ended = 0;

namespace reclaim::race {
namespace {

constexpr std::uint64_t retires_a_sample = 500;
constexpr std::size_t writer = 0;

class stall_course final : public course {
 public:
  stall_course(const race_scheme& scheme, const setup& asked)
      : scheme_(scheme), operations_(asked.operations), team_(2, {scheme.join, scheme.leave, scheme.rest}) {}

  figures round() override {
    const outcome calm = run(false);
    const outcome stalled = run(true);
    return {{"calm_mops", calm.mops}, {"stalled_mops", stalled.mops}, {"calm_peak", calm.peak}, {"stalled_peak", stalled.peak}};
  }

 private:
  struct outcome {
    double mops;
    double peak;  // objects
  };

  // Waits until `flag` is set, asleep.
  static void await(const std::atomic<bool>& flag) { flag.wait(false); }
  static void set(std::atomic<bool>& flag) {
    flag = true;
    flag.notify_all();
  }

  outcome run(bool stalls) {
    outcome result{};
    std::atomic<bool> is_held = false;
    std::atomic<bool> is_done = false;
    team_.run([&](std::size_t worker) {
      if (worker == writer) {
        await(is_held);
        result = retire();
        set(is_done);
      } else {
        if (stalls) scheme_.hold();
        set(is_held);
        await(is_done);
        if (stalls) scheme_.let_go();
      }
    });
    team_.rest();
    return result;
  }

  outcome retire() {
    std::uint64_t peak = 0;
    const bench::stopwatch watch;
    for (std::uint64_t n = 0; n < operations_; n += retires_a_sample) {
      scheme_.retire_counted(retires_a_sample);
      retired_ += retires_a_sample;
      peak = std::max(peak, retired_ - std::min(retired_, __atomic_load_n(&race_ended, __ATOMIC_RELAXED)));
    }
    return {static_cast<double>(operations_) / watch.seconds() * 1e-6, static_cast<double>(peak)};
  }

  const race_scheme& scheme_;
  const std::uint64_t operations_;
  std::uint64_t retired_ = 0;
  team team_;
};

}  // namespace

std::unique_ptr<course> make_stall_course(const race_scheme& scheme, const setup& asked) {
  return std::make_unique<stall_course>(scheme, asked);
}

}  // namespace reclaim::race
