// What the tests of faults share.  Each puts its threads into a child process, so that neither a crash nor a hang goes
// further, and the process that forks has one thread.

#ifndef RECLAIM_TESTS_FAULTS_FAULTS_H
#define RECLAIM_TESTS_FAULTS_FAULTS_H

#include <gtest/gtest.h>
#include <stdlib.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>

#include "tests/support/child.h"
#include "tests/support/counted.h"
#include "tests/support/published.h"
#include "tests/support/sanitized.h"
#include "tests/support/schemes_under_test.h"

namespace reclaim::tests {

// Of tests that fork while other threads run.
class AmidThreads : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!may_fork_amid_threads) GTEST_SKIP() << "a sanitizer's runtime is not made for it";
  }
};

template <class Domain>
void retire_new(Domain& domain, int count) {
  for (int i = 0; i != count; ++i) domain.retire(new node<Domain>);
}

// After a drain nothing is left; the control keeps all of it.
template <class Domain>
void expect_drained(Domain& domain) {
  const std::size_t left = domain.drain();
  if (reclaims_early<Domain>) {
    EXPECT_EQ(left, 0u);
    EXPECT_EQ(domain.stats().retired, domain.stats().reclaimed);
  }
}

// As status_in_child(); and expects that each counted object that the body made has ended, once.
template <class Body>
void expect_in_child(Body&& body, unsigned seconds = 40) {
  const int status = status_in_child(
      [&] {
        const census births;
        body();
        EXPECT_EQ(births.living(), 0u);
        EXPECT_EQ(births.faults(), 0u);
      },
      seconds);
  EXPECT_EQ(status, 0) << (status == 128 + SIGALRM ? "the child hung" : "in the child");
}

// Becomes this program, where it runs the tests that `filter` names and reports to nobody.  Only in a child.
[[noreturn]] inline void become_this_program(const std::string& filter) {
  for (char** variable = environ; *variable != nullptr;) {
    const std::string name(*variable, std::strcspn(*variable, "="));
    const bool is_runners = name.starts_with("TEST_") || name.starts_with("GTEST_") || name.starts_with("XML_");
    if (!is_runners || unsetenv(name.c_str()) != 0) ++variable;
  }
  const std::string wanted = "--gtest_filter=" + filter;
  // What catches everything would stop the unwinding of a thread that ends by pthread_exit().
  execl("/proc/self/exe", "test", wanted.c_str(), "--gtest_catch_exceptions=0", nullptr);
  _exit(100);
}

}  // namespace reclaim::tests

#endif  // RECLAIM_TESTS_FAULTS_FAULTS_H
