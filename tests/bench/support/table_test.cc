#include "bench/support/table.h"

#include <gtest/gtest.h>

namespace reclaim::bench {
namespace {

table sample_table() {
  table t;
  t.add_column("", "scheme");
  t.add_column("Mops/s", "median");
  t.add_column("Mops/s", "range");
  t.add_column("peak", "MiB");
  t.add_row({"epoch", "10.0", "9.0-11.0", "1.5"});
  t.add_row({"tbb", "8.0", "7.5-8.5", "-"});
  return t;
}

TEST(Table, AlignsItsColumns) {
  EXPECT_EQ(sample_table().text(80),
            "                  Mops/s  peak\n"
            "scheme  median     range   MiB\n"
            "epoch     10.0  9.0-11.0   1.5\n"
            "tbb        8.0   7.5-8.5     -\n");
}

TEST(Table, ContinuesBelowWhereItIsTooWide) {
  EXPECT_EQ(sample_table().text(26),
            "                  Mops/s\n"
            "scheme  median     range\n"
            "epoch     10.0  9.0-11.0\n"
            "tbb        8.0   7.5-8.5\n"
            "\n"
            "        peak\n"
            "scheme   MiB\n"
            "epoch    1.5\n"
            "tbb        -\n");
}

}  // namespace
}  // namespace reclaim::bench
