// Threads that start together, a seed that can be given back, and a time budget: what the stress tests share.

#ifndef RECLAIM_TESTS_SUPPORT_THREADS_H
#define RECLAIM_TESTS_SUPPORT_THREADS_H

#include <pthread.h>
#include <signal.h>

#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <thread>
#include <vector>

namespace reclaim::tests {

// A meeting of `n` threads, usable again and again: nobody leaves before all have come.
class start_barrier {
 public:
  explicit start_barrier(std::size_t n) noexcept : expected_(n) {}

  void arrive_and_wait() noexcept {
    const std::size_t round = round_.load(std::memory_order_acquire);
    if (arrived_.fetch_add(1, std::memory_order_acq_rel) + 1 == expected_) {
      arrived_.store(0, std::memory_order_relaxed);
      round_.fetch_add(1, std::memory_order_release);
      return;
    }
    while (round_.load(std::memory_order_acquire) == round) std::this_thread::yield();
  }

 private:
  const std::size_t expected_;
  std::atomic<std::size_t> arrived_{0};
  std::atomic<std::size_t> round_{0};
};

// Runs body(0) ... body(n - 1), each on a thread of its own, all started together.  Returns when all have ended.
template <class Body>
void run_threads(std::size_t n, const Body& body) {
  start_barrier start(n);
  std::vector<std::thread> threads;
  threads.reserve(n);
  for (std::size_t i = 0; i < n; ++i) {
    threads.emplace_back([&start, &body, i] {
      start.arrive_and_wait();
      body(i);
    });
  }
  for (std::thread& t : threads) t.join();
}

// The seed of this process: RECLAIM_SEED of the environment, else a fresh one.  Printed at its first use, so that
// a failed run can be repeated with the same operations: RECLAIM_SEED=... ./test
inline std::uint64_t seed() {
  static const std::uint64_t value = [] {
    const char* const given = std::getenv("RECLAIM_SEED");
    const std::uint64_t chosen = given != nullptr ? std::strtoull(given, nullptr, 0)
                                                  : (std::uint64_t{std::random_device{}()} << 32) | std::random_device{}();
    std::printf("RECLAIM_SEED=%llu\n", static_cast<unsigned long long>(chosen));
    std::fflush(stdout);
    return chosen;
  }();
  return value;
}

// A stream of random numbers, one for each thread of a test (splitmix64).
class random_stream {
 public:
  using result_type = std::uint64_t;

  explicit random_stream(std::uint64_t seed, std::uint64_t thread = 0) noexcept : state_(seed + thread * 0xd1342543de82ef95) {}

  static constexpr result_type min() noexcept { return 0; }
  static constexpr result_type max() noexcept { return ~result_type{0}; }

  result_type operator()() noexcept {
    state_ += 0x9e3779b97f4a7c15;
    std::uint64_t z = state_;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
  }

  // A number in [0, n).  Precondition: n > 0.
  std::uint64_t below(std::uint64_t n) noexcept { return (*this)() % n; }

 private:
  std::uint64_t state_;
};

// As run_threads, and one more thread interrupts the others all the time: each interruption puts a thread to sleep for
// a moment wherever it is, so that the narrow places between two atomic steps are met in every run.  Uses SIGUSR1.
// (ThreadSanitizer puts signals off: under it this is little more than run_threads.)
template <class Body>
void run_disturbed_threads(std::size_t n, const Body& body) {
  struct sigaction nap = {};
  nap.sa_handler = [](int) {
    const int saved = errno;
    std::this_thread::sleep_for(std::chrono::microseconds(20));
    errno = saved;
  };
  nap.sa_flags = SA_RESTART;
  sigaction(SIGUSR1, &nap, nullptr);
  std::vector<std::atomic<pthread_t>> threads(n);
  std::atomic<std::size_t> running{n};
  std::atomic<bool> is_over{false};

  run_threads(n + 1, [&](std::size_t i) {
    if (i != n) {
      threads[i] = pthread_self();
      body(i);
      --running;
      while (!is_over) std::this_thread::yield();  // no thread ends while it may yet be interrupted
      return;
    }
    random_stream random(seed(), n);
    while (running != 0) {
      if (const pthread_t victim = threads[random.below(n)]; victim != pthread_t{}) pthread_kill(victim, SIGUSR1);
      std::this_thread::sleep_for(std::chrono::microseconds(5));
    }
    is_over = true;
  });
}

// Time that a stress test may take; it ends early rather than late under a sanitizer.
class time_budget {
 public:
  explicit time_budget(std::chrono::milliseconds length) noexcept : end_(std::chrono::steady_clock::now() + length) {}

  bool is_over() const noexcept { return std::chrono::steady_clock::now() >= end_; }

 private:
  std::chrono::steady_clock::time_point end_;
};

}  // namespace reclaim::tests

#endif  // RECLAIM_TESTS_SUPPORT_THREADS_H
