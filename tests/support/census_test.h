// Tests that expect of each counted object that it has ended, once, when they are over.

#ifndef RECLAIM_TESTS_SUPPORT_CENSUS_TEST_H
#define RECLAIM_TESTS_SUPPORT_CENSUS_TEST_H

#include <gtest/gtest.h>

#include "tests/support/counted.h"

namespace reclaim::tests {

class CensusTest : public ::testing::Test {
 protected:
  ~CensusTest() override {
    EXPECT_EQ(births.living(), 0u);
    EXPECT_EQ(births.faults(), 0u);
  }

  const census births;
};

}  // namespace reclaim::tests

#endif  // RECLAIM_TESTS_SUPPORT_CENSUS_TEST_H
