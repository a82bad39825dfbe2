// What a leaky_domain, in which nothing ends, does where others wait.

#include "reclaim/schemes/leaky.h"

#include <gtest/gtest.h>

#include <chrono>

#include "tests/support/published.h"

namespace reclaim::tests {
namespace {

using namespace std::chrono_literals;
using clock = std::chrono::steady_clock;

TEST(LeakyDomain, WaitsForNothing) {
  leaky_domain domain({.hard_limit = {.objects = 10}, .when_over = over_limit::wait, .longest_wait = 1h});
  const auto began = clock::now();
  for (int i = 0; i != 100; ++i) domain.retire(new node<leaky_domain>);

  EXPECT_EQ(domain.drain_for(1h).left.objects, 100u);
  EXPECT_LT(clock::now() - began, 30min);
}

TEST(LeakyDomainDeathTest, ABarrierWouldWaitForEver) {
  leaky_domain domain;
  EXPECT_DEATH(domain.barrier(), "a leaky_domain ends nothing before it ends itself");
}

}  // namespace
}  // namespace reclaim::tests
