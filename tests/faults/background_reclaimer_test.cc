// A background_reclaimer in the child of a fork, where its thread is not.

#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>

#include "reclaim/background_reclaimer.h"
#include "tests/faults/faults.h"

namespace reclaim::tests {
namespace {

using std::chrono_literals::operator""ms;

template <class Domain>
class BackgroundReclaimer : public AmidThreads {};
TYPED_TEST_SUITE(BackgroundReclaimer, domains_under_test, domain_names);

TYPED_TEST(BackgroundReclaimer, OfTheParentDoesNothingInTheChildAndOneOfItsOwnWorks) {
  EXPECT_EQ(0, status_in_child([] {
    TypeParam domain(small_options());
    auto* const of_the_parent = new background_reclaimer<TypeParam>(domain, 1ms);
    for (int i = 0; i != 10; ++i) {
      EXPECT_EQ(0, in_child([&] {
        of_the_parent->wake();
        delete of_the_parent;
        domain.retire(new node<TypeParam>);
        const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
        const background_reclaimer<TypeParam> own(domain, 1ms);
        while (reclaims_early<TypeParam> && domain.stats().reclaimed == 0) {
          if (std::chrono::steady_clock::now() > deadline) return 1;
        }
        return ::testing::Test::HasFailure() ? 2 : 0;
      }, 20));
    }
    delete of_the_parent;
    expect_drained(domain);
  }));
}

}  // namespace
}  // namespace reclaim::tests
