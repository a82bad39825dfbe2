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
#include "reclaim/sync/sync.h"

namespace reclaim {

// While one lives, what is retired in the domain ends soon, on its thread.  With domain_options::reclaims_in_retire false
// nothing ends on any other, so that no retire() pays for a deleter or a look.  In the child of a fork it has no thread, and
// does nothing any more: the child makes one of its own.
template <domain Domain>
class background_reclaimer {
 public:
  // Drains the domain once in each `period`, of an hour at most.  Precondition: the domain outlives it.
  // Throws: std::system_error if there is no thread to be had, std::bad_alloc.
  explicit background_reclaimer(Domain& domain, std::chrono::nanoseconds period = std::chrono::milliseconds(1))
      : process_(sync::process_id()),
        worker_(new worker(domain, std::min<std::chrono::nanoseconds>(period, std::chrono::hours(1)))) {}

  // Drains the domain once more, and ends the thread.  Blocking: for deleters, not for guards.
  ~background_reclaimer() {
    if (has_thread()) delete worker_;  // else it would wait for one that is not there
  }
  background_reclaimer(const background_reclaimer&) = delete;
  background_reclaimer& operator=(const background_reclaimer&) = delete;

  // Has it drain the domain now.  Blocking (a lock that is never held for long); any thread.
  void wake() {
    if (has_thread()) worker_->wake();
  }

 private:
  struct worker {
    worker(Domain& drained, std::chrono::nanoseconds each)
        : domain(drained), period(each), thread([this](const std::stop_token& stop) { run(stop); }) {}

    void wake() {
      {
        const std::lock_guard lock(mutex);
        is_woken = true;
      }
      wakes.notify_one();
    }

    void run(const std::stop_token& stop) {
      while (!stop.stop_requested()) {
        {
          std::unique_lock lock(mutex);
          wakes.wait_for(lock, stop, period, [this] { return is_woken; });
          is_woken = false;
        }
        domain.drain();
      }
      domain.drain();  // also where it was stopped before it began
    }

    Domain& domain;
    const std::chrono::nanoseconds period;
    std::mutex mutex;
    std::condition_variable_any wakes;
    bool is_woken = false;
    std::jthread thread;
  };

  bool has_thread() const noexcept { return sync::process_id() == process_; }

  const long process_;
  worker* const worker_;
};

}  // namespace reclaim

#endif  // RECLAIM_BACKGROUND_RECLAIMER_H
