// The threads of a run, and what is done to them: naps at any instruction, other processors, pauses of all at once.

#ifndef RECLAIM_TESTS_TORTURE_CREW_H
#define RECLAIM_TESTS_TORTURE_CREW_H

#include <pthread.h>
#include <sched.h>
#include <signal.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <thread>
#include <utility>
#include <vector>

#include "tests/support/threads.h"
#include "tests/torture/tally.h"

namespace reclaim::torture {

struct strains {
  bool naps = false, moves = false, pauses = false;
};

// How long, by which random numbers, and whether until the first error alone.
struct terms {
  std::chrono::milliseconds duration{1000};
  std::uint64_t seed = 1;
  bool stops_at_errors = false;
};

inline thread_local volatile bool is_under_guard = false;

class crew {
 public:
  using role = std::function<void(tests::random_stream&)>;

  crew(const terms& asked, const strains& done, tally& found) noexcept : asked_(asked), done_(done), found_(found) {}

  // Runs each role on a thread of its own.  Calls look() about a thousand times a second or more, show() ten times.
  void run(const std::vector<role>& roles, const std::function<void()>& look, const std::function<void()>& show) {
    nap_when_told(found_);
    std::vector<std::thread> threads;
    for (std::size_t i = 0; i != roles.size(); ++i) {
      threads.emplace_back([this, i, &roles] {
        tests::random_stream random(asked_.seed, i);
        roles[i](random);
        while (goes_on()) std::this_thread::sleep_for(std::chrono::milliseconds(1));  // it may yet be told to nap
      });
    }
    const auto begin = clock::now();
    tests::random_stream random(asked_.seed, 1000);
    for (auto now = begin, shown = begin; now - begin < asked_.duration; now = clock::now()) {
      if (asked_.stops_at_errors && found_.sum().errors() != 0) std::_Exit(3);  // what a fault has done may keep threads from ending
      disturb(threads[random.below(threads.size())].native_handle(), random);
      const auto passed = std::chrono::duration_cast<std::chrono::milliseconds>(now - begin).count();
      pause(done_.pauses && passed % 100 < 10);
      look();
      if (now - shown >= std::chrono::milliseconds(100)) {
        shown = now;
        show();
      }
      std::this_thread::sleep_for(std::chrono::microseconds(done_.naps ? random.below(50) : 500));
    }
    is_over_.store(true);
    for (std::thread& t : threads) t.join();
  }

  bool goes_on() const noexcept { return !is_over_.load(std::memory_order_relaxed); }

  // For threads to call, under no guard, now and then.
  void pause_with_all() const noexcept {
    while (is_paused_.load(std::memory_order_relaxed) && goes_on()) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }

 private:
  using clock = std::chrono::steady_clock;

  static void nap_when_told(tally& found) {
    static tally* counted;
    counted = &found;
    struct sigaction nap = {};
    nap.sa_handler = [](int) {
      const int saved = errno;
      if (is_under_guard) counted->add(what::preempted_under_guard);
      std::this_thread::sleep_for(std::chrono::microseconds(20));
      errno = saved;
    };
    nap.sa_flags = SA_RESTART;
    sigaction(SIGUSR1, &nap, nullptr);
  }

  void disturb(pthread_t victim, tests::random_stream& random) const {
    if (done_.naps) pthread_kill(victim, SIGUSR1);
    if (!done_.moves || random.below(4) != 0) return;
    const unsigned processors = std::max(1u, std::thread::hardware_concurrency());
    cpu_set_t some;
    CPU_ZERO(&some);
    CPU_SET(random.below(processors), &some);
    for (unsigned p = 0; p != processors; ++p) {
      if (random.below(4) == 0) CPU_SET(p, &some);
    }
    if (pthread_setaffinity_np(victim, sizeof some, &some) == 0) found_.add(what::moves);
  }

  void pause(bool is_to_be) {
    if (is_paused_.exchange(is_to_be, std::memory_order_relaxed) != is_to_be && is_to_be) found_.add(what::pauses);
  }

  const terms asked_;
  const strains done_;
  tally& found_;
  std::atomic<bool> is_over_{false}, is_paused_{false};
};

}  // namespace reclaim::torture

#endif  // RECLAIM_TESTS_TORTURE_CREW_H
