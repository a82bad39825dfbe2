// Tortures one domain: readers that look at each object again before they let it go, writers that replace and retire, threads that
// come and go, waits for grace periods, naps and moves of processors at any instruction, stalls, and pauses of all.

#ifndef RECLAIM_TESTS_TORTURE_TORTURE_H
#define RECLAIM_TESTS_TORTURE_TORTURE_H

#include <pthread.h>
#include <sched.h>
#include <signal.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <thread>
#include <utility>
#include <vector>

#include "reclaim/core/domain.h"
#include "reclaim/core/domain_base.h"
#include "tests/support/threads.h"
#include "tests/torture/object.h"

namespace reclaim::torture {

struct terms {
  std::chrono::milliseconds duration{10'000};
  std::uint64_t seed = 1;
  unsigned readers = 3, writers = 2;
  bool stops_at_errors = false;
};

inline thread_local volatile bool is_under_guard = false;
inline tally* interrupted = nullptr;

template <class Domain>
class rack {
 public:
  rack(Domain& domain, const terms& asked, tally& found) : domain_(domain), asked_(asked), found_(found), ended_(found) {}

  // Calls show() ten times a second.
  void run(const std::function<void()>& show) {
    interrupted = &found_;
    struct sigaction nap = {};
    nap.sa_handler = [](int) {
      const int saved = errno;
      if (is_under_guard) interrupted->preempted.fetch_add(1, std::memory_order_relaxed);
      std::this_thread::sleep_for(std::chrono::microseconds(20));
      errno = saved;
    };
    nap.sa_flags = SA_RESTART;
    sigaction(SIGUSR1, &nap, nullptr);

    std::vector<std::function<void(tests::random_stream&)>> roles;
    for (unsigned i = 0; i != asked_.readers; ++i) roles.push_back([this](auto& random) { read(random, nullptr); });
    for (unsigned i = 0; i != asked_.writers; ++i) roles.push_back([this](auto& random) { write(random); });
    roles.push_back([this](auto& random) { come_and_go(random); });
    if constexpr (requires(Domain& d) { d.synchronize(); }) roles.push_back([this](auto&) { wait_for_grace(); });
    std::vector<std::thread> threads;
    for (std::size_t i = 0; i != roles.size(); ++i) {
      threads.emplace_back([this, i, &roles] {
        tests::random_stream random(asked_.seed, i);
        roles[i](random);
      });
    }
    disturb(threads, show);
    for (std::thread& t : threads) t.join();
    for (auto& root : roots_) {
      if (object<Domain>* const last = root.exchange(nullptr)) retire(last);
    }
    domain_.drain();
  }

 private:
  using item = object<Domain>;

  bool goes_on() const noexcept { return !is_over_.load(std::memory_order_relaxed); }
  void pause_with_all() const noexcept {
    while (is_paused_.load(std::memory_order_relaxed) && goes_on()) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }

  // Fills the processor's store buffer with stores that wait for memory: what is announced next is seen by others late.
  void clog(tests::random_stream& random) noexcept {
    for (unsigned i = 0; i != 16; ++i) far_away_[random.below(far_away_.size())].store(i, std::memory_order_relaxed);
  }

  // Until it is over, or as long as *left counts down.
  void read(tests::random_stream& random, unsigned* left) {
    std::uint64_t reads = 0;
    while (goes_on() && (left == nullptr || (*left)-- != 0)) {
      if (random.below(4) == 0) clog(random);
      {
        auto guard = domain_.enter();
        is_under_guard = true;
        auto shield = guard.shield();
        for (unsigned i = 0; i != 4; ++i) {
          const item* const o = shield.protect(roots_[random.below(roots_.size())]);
          if (o == nullptr) continue;
          if (random.below(8) == 0) clog(random);
          look(*o);
          dwell(random);
          look(*o);
          reads += 2;
        }
        is_under_guard = false;
      }
      if (reads >= 4096) found_.reads.fetch_add(std::exchange(reads, 0), std::memory_order_relaxed);
      pause_with_all();
    }
    found_.reads.fetch_add(reads, std::memory_order_relaxed);
  }

  void look(const item& o) noexcept {
    if (o.state.load(std::memory_order_relaxed) != alive || o.check != ~o.number) {
      found_.late_reads.fetch_add(1, std::memory_order_relaxed);
    }
    if constexpr (Domain::protects_regions) {
      const std::uint64_t retired_in = o.retired_in.load(std::memory_order_relaxed);
      const std::uint64_t now = found_.grace_periods.load(std::memory_order_acquire);
      const std::uint64_t age = retired_in == 0 ? 0 : now - (retired_in - 1);
      if (age != 0) found_.age[std::min<std::uint64_t>(age, 2)].fetch_add(1, std::memory_order_relaxed);
    }
  }

  static void dwell(tests::random_stream& random) {
    const std::uint64_t draw = random.below(1 << 17);
    if (draw == 0) std::this_thread::sleep_for(std::chrono::milliseconds(3));  // a stall
    else if (draw < 64) std::this_thread::yield();
    else if (draw < 8192) for (unsigned i = 0; i != 64; ++i) sync::compiler_fence();
  }

  void write(tests::random_stream& random) {
    for (std::uint64_t turn = 0; goes_on(); ++turn) {
      replace_one(random);
      if (turn % 64 == 0) pause_with_all();
      if (random.below(4096) == 0) domain_.drain();
    }
  }

  void replace_one(tests::random_stream& random) {
    item* const old = roots_[random.below(roots_.size())].exchange(new item(ended_, random()), sync::memory_order::acq_rel);
    if (old != nullptr) retire(old);
  }

  void retire(item* old) {
    const std::int64_t backlog = found_.backlog.fetch_add(1, std::memory_order_relaxed) + 1;
    if (backlog > found_.peak_backlog.load(std::memory_order_relaxed)) found_.peak_backlog.store(backlog, std::memory_order_relaxed);
    old->retired_in.store(found_.grace_periods.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
    domain_.retire(old);
    found_.retires.fetch_add(1, std::memory_order_relaxed);
  }

  void come_and_go(tests::random_stream& random) {
    while (goes_on()) {
      std::thread([this, seed = random()] {
        tests::random_stream own(seed);
        for (unsigned i = 0; i != 16; ++i) {
          unsigned few = 32;
          read(own, &few);
          replace_one(own);
        }
      }).join();
      found_.threads.fetch_add(1, std::memory_order_relaxed);
      pause_with_all();
    }
  }

  // Counts whole grace periods: an object that was retired before one began is seen by nobody when it is over.
  void wait_for_grace() {
    while (goes_on()) {
      domain_.synchronize();
      found_.grace_periods.fetch_add(1, std::memory_order_release);
    }
  }

  void disturb(std::vector<std::thread>& threads, const std::function<void()>& show) {
    using clock = std::chrono::steady_clock;
    const auto begin = clock::now();
    tests::random_stream random(asked_.seed, 1000);
    const unsigned processors = std::max(1u, std::thread::hardware_concurrency());
    auto shown = begin;
    for (auto now = begin; now - begin < asked_.duration; now = clock::now()) {
      if (asked_.stops_at_errors && found_.errors() != 0) break;
      const pthread_t victim = threads[random.below(threads.size())].native_handle();
      pthread_kill(victim, SIGUSR1);
      if (random.below(256) == 0) {
        cpu_set_t one;
        CPU_ZERO(&one);
        for (unsigned p = 0; p != processors; ++p) {
          if (random.below(2) == 0) CPU_SET(p, &one);
        }
        if (CPU_COUNT(&one) != 0) pthread_setaffinity_np(victim, sizeof one, &one);
      }
      const auto whole = std::chrono::duration_cast<std::chrono::milliseconds>(now - begin).count();
      is_paused_.store(whole % 1000 > 950, std::memory_order_relaxed);
      if (now - shown > std::chrono::milliseconds(100)) {
        shown = now;
        show();
      }
      std::this_thread::sleep_for(std::chrono::microseconds(random.below(100)));
    }
    is_over_.store(true);
  }

  Domain& domain_;
  const terms asked_;
  tally& found_;
  quarantine<Domain> ended_;
  std::array<sync::atomic<item*>, 16> roots_{};
  std::vector<std::atomic<std::uint64_t>> far_away_ = std::vector<std::atomic<std::uint64_t>>(std::size_t(1) << 23);
  std::atomic<bool> is_over_{false}, is_paused_{false};
};

}  // namespace reclaim::torture

#endif  // RECLAIM_TESTS_TORTURE_TORTURE_H
