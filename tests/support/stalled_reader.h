// A thread that keeps one object protected until it is let go.

#ifndef RECLAIM_TESTS_SUPPORT_STALLED_READER_H
#define RECLAIM_TESTS_SUPPORT_STALLED_READER_H

#include <gtest/gtest.h>
#include <pthread.h>

#include <cstddef>
#include <cstdint>
#include <thread>

#include "tests/support/published.h"
#include "tests/support/threads.h"

namespace reclaim::tests {

template <class Domain>
class stalled_reader {
 public:
  // Returns when it protects what `place` names.
  explicit stalled_reader(Domain& domain, const char* name = nullptr) : thread_([this, &domain, name] {
    if (name != nullptr) pthread_setname_np(pthread_self(), name);
    auto guard = domain.enter();
    line = __LINE__ - 1;
    auto shield = guard.shield();
    const node<Domain>* const held = shield.protect(place);
    id = sync::thread_id();
    index = sync::thread_index();
    step_.arrive_and_wait();
    step_.arrive_and_wait();
    EXPECT_EQ(held->value.value(), value);
  }) {
    step_.arrive_and_wait();
  }
  ~stalled_reader() {
    if (thread_.joinable()) let_go();
    delete place.load(relaxed);
  }

  void let_go() {
    step_.arrive_and_wait();
    thread_.join();
  }

  source<Domain> place{new node<Domain>(value)};
  long id = 0;
  std::size_t index = 0;
  unsigned line = 0;  // of this file, where its guard was made

 private:
  static constexpr std::uint64_t value = 5;

  start_barrier step_{2};
  std::thread thread_;
};

}  // namespace reclaim::tests

#endif  // RECLAIM_TESTS_SUPPORT_STALLED_READER_H
