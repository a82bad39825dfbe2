// A thread of its own for deleters.

#ifndef RECLAIM_BACKGROUND_RECLAIMER_H
#define RECLAIM_BACKGROUND_RECLAIMER_H

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <stop_token>
#include <thread>

#include "reclaim/core/domain.h"

namespace reclaim {

// While one lives, what is retired in the domain ends soon, on its thread.  With domain_options::reclaims_in_retire false
// nothing ends on any other, so that no retire() pays for a deleter or a look.
template <domain Domain>
class background_reclaimer {
 public:
  // Drains the domain once in each `period`, of an hour at most.  Precondition: the domain outlives it.
  // Throws: std::system_error if there is no thread to be had.
  explicit background_reclaimer(Domain& domain, std::chrono::nanoseconds period = std::chrono::milliseconds(1))
      : domain_(domain),
        period_(std::min<std::chrono::nanoseconds>(period, std::chrono::hours(1))),
        thread_([this](const std::stop_token& stop) { run(stop); }) {}

  // Drains the domain once more, and ends the thread.  Blocking: for deleters, not for guards.
  ~background_reclaimer() = default;
  background_reclaimer(const background_reclaimer&) = delete;
  background_reclaimer& operator=(const background_reclaimer&) = delete;

  // Has it drain the domain now.  Blocking (a lock that is never held for long); any thread.
  void wake() {
    {
      const std::lock_guard lock(mutex_);
      is_woken_ = true;
    }
    wakes_.notify_one();
  }

 private:
  void run(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      {
        std::unique_lock lock(mutex_);
        wakes_.wait_for(lock, stop, period_, [this] { return is_woken_; });
        is_woken_ = false;
      }
      domain_.drain();
    }
    domain_.drain();  // also where it was stopped before it began
  }

  Domain& domain_;
  const std::chrono::nanoseconds period_;
  std::mutex mutex_;
  std::condition_variable_any wakes_;
  bool is_woken_ = false;
  std::jthread thread_;
};

}  // namespace reclaim

#endif  // RECLAIM_BACKGROUND_RECLAIMER_H
