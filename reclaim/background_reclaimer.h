// A thread of its own for deleters.

#ifndef RECLAIM_BACKGROUND_RECLAIMER_H
#define RECLAIM_BACKGROUND_RECLAIMER_H

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
  // Drains the domain once in each `period`.  Precondition: the domain outlives it.
  // Throws: std::system_error if there is no thread to be had.
  explicit background_reclaimer(Domain& domain, std::chrono::nanoseconds period = std::chrono::milliseconds(1))
      : domain_(domain), period_(period), thread_([this](const std::stop_token& stop) { run(stop); }) {}

  // Drains the domain once more, and ends the thread.  Blocking: for deleters, not for guards.
  ~background_reclaimer() = default;
  background_reclaimer(const background_reclaimer&) = delete;
  background_reclaimer& operator=(const background_reclaimer&) = delete;

  // Has it drain the domain now.  Wait-free but for the system call that wakes a thread; any thread.
  void wake() noexcept { wakes_.notify_one(); }

 private:
  void run(const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    while (!stop.stop_requested()) {
      wakes_.wait_for(lock, stop, period_, [] { return false; });
      domain_.drain();
    }
    domain_.drain();  // also where it was stopped before it began
  }

  Domain& domain_;
  const std::chrono::nanoseconds period_;
  std::mutex mutex_;
  std::condition_variable_any wakes_;
  std::jthread thread_;
};

}  // namespace reclaim

#endif  // RECLAIM_BACKGROUND_RECLAIMER_H
