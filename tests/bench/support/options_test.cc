#include "bench/support/options.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <initializer_list>
#include <string>

namespace reclaim::bench {
namespace {

std::optional<options> parse(std::initializer_list<const char*> arguments) {
  std::vector<const char*> argv{"replay"};
  argv.insert(argv.end(), arguments);
  return parse_options(static_cast<int>(argv.size()), argv.data(), {"epoch", "hazard", "tbb"});
}

std::string complaint(std::initializer_list<const char*> arguments) {
  try {
    parse(arguments);
  } catch (const input_error& e) {
    return e.what();
  }
  return "";
}

TEST(Options, HaveDefaults) {
  const auto o = parse({});

  ASSERT_TRUE(o);
  EXPECT_FALSE(o->trace_file);
  EXPECT_FALSE(o->json_file);
  EXPECT_GE(o->threads, 1u);
  EXPECT_EQ(o->capacity, 0u);
  EXPECT_EQ(o->stall.count(), 0);
  EXPECT_TRUE(o->schemes.empty());
}

TEST(Options, AreTaken) {
  const auto o = parse({"--trace=/t.csv", "--format", "u32", "--threads=3", "--capacity=7", "--repetitions=2", "--stall=2000",
                        "--scheme=epoch,tbb", "--json=/r.json", "--plot=/p.svg"});

  ASSERT_TRUE(o);
  EXPECT_EQ(o->trace_file, "/t.csv");
  EXPECT_EQ(o->format, trace_format::u32);
  EXPECT_EQ(o->threads, 3u);
  EXPECT_EQ(o->capacity, 7u);
  EXPECT_EQ(o->repetitions, 2u);
  EXPECT_EQ(o->stall.count(), 2000);
  EXPECT_EQ(o->schemes, (std::vector<std::string>{"epoch", "tbb"}));
  EXPECT_EQ(o->json_file, "/r.json");
  EXPECT_EQ(o->plot_file, "/p.svg");
}

TEST(Options, RefuseNumbersThatMakeNoSense) {
  EXPECT_EQ(complaint({"--threads=0"}), "--threads: expected a whole number from 1 to 4096, not '0'");
  EXPECT_EQ(complaint({"--capacity=0"}), "--capacity: expected a whole number from 1 to 2147483648, not '0'");
  EXPECT_EQ(complaint({"--repetitions=0"}), "--repetitions: expected a whole number from 1 to 1000, not '0'");
  EXPECT_EQ(complaint({"--threads=-1"}), "--threads: expected a whole number from 1 to 4096, not '-1'");
  EXPECT_EQ(complaint({"--threads=two"}), "--threads: expected a whole number from 1 to 4096, not 'two'");
  EXPECT_EQ(complaint({"--stall=1e9"}), "--stall: expected a whole number from 0 to 3600000, not '1e9'");
  EXPECT_EQ(complaint({"--capacity=99999999999999999999"}),
            "--capacity: expected a whole number from 1 to 2147483648, not '99999999999999999999'");
}

TEST(Options, RefuseUnknownWordsInOneLine) {
  for (const auto& said : {complaint({"--format=xml"}), complaint({"--scheme=nobody"}), complaint({"--colour=red"}), complaint({"trace.csv"}),
                           complaint({"--trace"}), complaint({"--trace="})}) {
    EXPECT_NE(said, "");
    EXPECT_EQ(std::count(said.begin(), said.end(), '\n'), 0) << said;
  }
}

TEST(Options, ShowHelp) {
  testing::internal::CaptureStdout();

  const auto o = parse({"--help"});

  const std::string shown = testing::internal::GetCapturedStdout();
  EXPECT_FALSE(o);
  EXPECT_NE(shown.find("--stall MS"), std::string::npos) << shown;
}

}  // namespace
}  // namespace reclaim::bench
