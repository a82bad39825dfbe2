// The program as its users call it: arguments in; exit status, output and files out.

#include <gtest/gtest.h>
#include <sys/wait.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace {

namespace fs = std::filesystem;

struct outcome {
  int status;
  std::string out;
  std::string err;
};

std::string content(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

// A test in a folder of its own, from which the programs are called.
class Replay : public testing::Test {
 protected:
  Replay() : here_(fs::path(testing::TempDir()) / testing::UnitTest::GetInstance()->current_test_info()->name()) {
    fs::remove_all(here_);
    fs::create_directories(here_);
    unsetenv("BUILD_WORKING_DIRECTORY");
  }

  outcome call(const std::string& program, const std::string& arguments, const std::string& before = "") const {
    const std::string command = "cd '" + here_.string() + "' && " + before + " '" + program + "' " + arguments + " >.out 2>.err </dev/null";
    const int status = std::system(command.c_str());
    const outcome o{WIFEXITED(status) ? WEXITSTATUS(status) : -1, content(here_ / ".out"), content(here_ / ".err")};
    fs::remove(here_ / ".out");
    fs::remove(here_ / ".err");
    return o;
  }
  outcome replay(const std::string& arguments, const std::string& before = "") const { return call(program("REPLAY"), arguments, before); }
  outcome mutants(const std::string& arguments) const { return call(program("MUTANT_REPLAY"), arguments); }

  fs::path write(const std::string& name, const std::string& text) const {
    std::ofstream(here_ / name, std::ios::binary) << text;
    return here_ / name;
  }

  std::size_t files() const {
    return static_cast<std::size_t>(std::distance(fs::directory_iterator(here_), fs::directory_iterator{}));
  }

  // A trace of 2,000 accesses to 64 blocks, a third of them writes.
  fs::path write_trace() const {
    std::string text = "version,time,op,size,lbn\n";
    for (int i = 0; i != 2'000; ++i) text += "1,5," + std::string(i % 3 == 0 ? "2a" : "28") + ",512," + std::to_string(i * i % 127 / 2) + "\n";
    return write("t.csv", text);
  }

  // One clear line, exit status 2, and no file that was not there before.
  void expect_refused(const std::string& arguments, const std::string& why) const {
    const std::size_t before = files();
    const outcome o = replay(arguments);
    EXPECT_EQ(o.status, 2) << arguments;
    EXPECT_EQ(std::count(o.err.begin(), o.err.end(), '\n'), 1) << o.err;
    EXPECT_EQ(o.err.rfind("replay: ", 0), 0u) << o.err;
    EXPECT_NE(o.err.find(why), std::string::npos) << o.err;
    EXPECT_EQ(o.out, "");
    EXPECT_EQ(files(), before) << arguments;
  }

  const fs::path here_;

 private:
  static std::string program(const char* variable) {
    const char* const path = std::getenv(variable);
    return path != nullptr ? fs::absolute(path).string() : std::string("no-") + variable;
  }
};

TEST_F(Replay, ReplaysATraceOverEveryScheme) {
  write_trace();

  const outcome o = replay("--trace=t.csv --passes=25 --json=r.json --repetitions=2 --threads=2");

  ASSERT_EQ(o.status, 0) << o.err;
  EXPECT_EQ(o.err, "");
  const auto json = nlohmann::json::parse(content(here_ / "r.json"));
  std::vector<std::string> schemes;
  for (const auto& run : json.at("runs")) {
    schemes.push_back(run.at("scheme"));
    EXPECT_EQ(run.at("checksum_mismatches"), 0);
    EXPECT_EQ(run.at("lost"), 0);
    EXPECT_EQ(run.at("threads"), 2);
    EXPECT_GT(run.at("peak_rss_bytes"), 0);
    EXPECT_LE(run.at("mops_min"), run.at("mops"));
    EXPECT_LE(run.at("mops"), run.at("mops_max"));
  }
  for (const char* scheme : {"epoch", "hazard", "leaky", "shared_mutex", "tbb"}) {
    EXPECT_EQ(std::count(schemes.begin(), schemes.end(), scheme), 1) << scheme;
    EXPECT_NE(o.out.find(std::string("\n") + scheme + " "), std::string::npos) << o.out;
  }
}

TEST_F(Replay, KeepsItsBlocksInASlab) {
  write_trace();

  const outcome o = replay("--trace=t.csv --passes=25 --json=r.json --repetitions=1 --threads=4 --capacity=16 --store=slab --stall=200");

  ASSERT_EQ(o.status, 0) << o.err;
  EXPECT_NE(o.out.find("blocks in a slab"), std::string::npos) << o.out;
  const auto json = nlohmann::json::parse(content(here_ / "r.json"));
  EXPECT_EQ(json.at("store"), "slab");
  std::size_t of_ours = 0;
  for (const auto& run : json.at("runs")) {
    of_ours += run.at("scheme") == "epoch" || run.at("scheme") == "hazard" ? 1 : 0;
    EXPECT_EQ(run.at("checksum_mismatches"), 0);
    EXPECT_EQ(run.at("lost"), 0);
  }
  EXPECT_EQ(of_ours, 2u);
  expect_refused("--trace=t.csv --store=heap", "--store");
}

TEST_F(Replay, TakesPathsFromWhereBazelWasCalled) {
  write_trace();
  fs::create_directories(here_ / "elsewhere");

  const outcome o = replay("--trace=t.csv --passes=25 --json=r.json --scheme=tbb", "cd elsewhere && BUILD_WORKING_DIRECTORY='" + here_.string() + "'");

  EXPECT_EQ(o.status, 0) << o.err;
  EXPECT_TRUE(fs::exists(here_ / "r.json"));
}

TEST_F(Replay, StallsAReader) {
  write_trace();

  const outcome o = replay("--trace=t.csv --stall=300 --scheme=epoch,hazard,hybrid --json=r.json --repetitions=1");

  ASSERT_EQ(o.status, 0) << o.err;
  const auto results = nlohmann::json::parse(content(here_ / "r.json"));
  const auto& line = results.at("timelines").at("epoch");
  EXPECT_GE(line.at("stall_end_ms").get<double>() - line.at("stall_begin_ms").get<double>(), 300);
  for (const auto& result : results.at("runs")) {
    ASSERT_FALSE(result.at("in_the_way").is_null()) << result;
    EXPECT_EQ(result.at("in_the_way").at("thread"), "stalled reader");
    EXPECT_GE(result.at("in_the_way").at("ms"), 50);
  }
  EXPECT_NE(o.out.find("in the way: epoch \"stalled reader\" for 0."), std::string::npos) << o.out;
}

TEST_F(Replay, RefusesBadTraces) {
  write("empty.csv", "");
  write("empty.u32", "");
  write("header.csv", "time,lbn\n1,2\n");
  write("short.csv", "version,time,op,size,lbn\n1,5,28,512,1\n1,5,28\n");
  write("range.csv", "version,time,op,size,lbn\n1,5,28,512,99999999999999999999\n");
  write("cut.u32", "12345");

  expect_refused("--trace=missing.csv", "missing.csv: cannot be read: No such file or directory");
  expect_refused("--trace=empty.csv", "empty.csv: is empty");
  expect_refused("--trace=empty.u32", "empty.u32: is empty");
  expect_refused("--trace=header.csv", "header.csv:1: bad header");
  expect_refused("--trace=short.csv", "short.csv:3: too few fields");
  expect_refused("--trace=range.csv", "range.csv:2: lbn is out of range");
  expect_refused("--trace=cut.u32", "cut.u32: is truncated");
  expect_refused("--trace=range.csv --json=r.json --plot=p.svg", "range.csv:2");
}

TEST_F(Replay, RefusesBadArguments) {
  write_trace();

  expect_refused("--threads=0", "--threads");
  expect_refused("--capacity=0", "--capacity");
  expect_refused("--format=xml --trace=t.csv", "--format");
  expect_refused("--scheme=nobody", "--scheme");
  expect_refused("--nonsense", "--nonsense");
  expect_refused("t.csv", "t.csv");
}

TEST_F(Replay, RefusesOutputsThatCannotBeWrittenBeforeItRuns) {
  write_trace();

  expect_refused("--trace=t.csv --json=/nowhere/r.json", "--json: cannot write /nowhere/r.json: No such file or directory");
  expect_refused("--trace=t.csv --plot=/nowhere/p.svg", "--plot: cannot write /nowhere/p.svg: No such file or directory");
  expect_refused("--trace=t.csv --json=r.json --plot=.", "--plot: cannot write");
  expect_refused("--trace=t.csv --json=./t.csv", "t.csv: is named twice");
  expect_refused("--trace=t.csv --json=r --plot=r", "r: is named twice");
}

TEST_F(Replay, DrawsAPlotOrSaysInOneLineWhyNot) {
  write_trace();

  const outcome o = replay("--trace=t.csv --passes=25 --plot=p.svg --json=r.json --repetitions=1 --stall=20");

  EXPECT_TRUE(fs::exists(here_ / "r.json"));
  if (o.status == 0) {
    EXPECT_NE(content(here_ / "p.svg").find("Throughput"), std::string::npos);
    EXPECT_EQ(o.err, "");
  } else {
    EXPECT_EQ(o.status, 3);
    EXPECT_EQ(std::count(o.err.begin(), o.err.end(), '\n'), 1) << o.err;
    EXPECT_FALSE(fs::exists(here_ / "p.svg"));
  }
}

TEST_F(Replay, ShowsHelp) {
  const outcome o = replay("--help");

  EXPECT_EQ(o.status, 0);
  EXPECT_NE(o.out.find("--trace"), std::string::npos);
}

TEST_F(Replay, IsContentWithASoundScheme) {
  write_trace();

  EXPECT_EQ(mutants("--trace=t.csv --passes=25 --scheme=epoch --threads=1").status, 0);
}

TEST_F(Replay, NamesASchemeThatChangesWhatIsRead) {
  write_trace();

  const outcome o = mutants("--trace=t.csv --passes=25 --scheme=disturbed --threads=1");

  EXPECT_EQ(o.status, 1);
  EXPECT_NE(o.err.find("replay: FAILED: disturbed: checksum mismatches: "), std::string::npos) << o.err;
}

// The reader protects a block for 50 ms, in which its memory is freed and used again; a sanitizer may end the process first.
TEST_F(Replay, NamesASchemeThatEndsWhatIsProtected) {
  write_trace();

  const outcome o = mutants("--trace=t.csv --passes=25 --scheme=hasty --threads=1 --stall=50 --capacity=8 --repetitions=1");

  EXPECT_EQ(o.status, 1);
  EXPECT_NE(o.err.find("replay: FAILED: hasty: "), std::string::npos) << o.err;
}

TEST_F(Replay, NamesASchemeThatEndsNothing) {
  write_trace();

  const outcome o = mutants("--trace=t.csv --passes=25 --scheme=hoarding --threads=1");

  EXPECT_EQ(o.status, 1);
  EXPECT_NE(o.err.find("replay: FAILED: hoarding: blocks born and not ended"), std::string::npos) << o.err;
}

TEST_F(Replay, NamesASchemeThatLosesInsertions) {
  write_trace();

  const outcome o = mutants("--trace=t.csv --passes=25 --scheme=forgetful --threads=1 --capacity=8");

  EXPECT_EQ(o.status, 1);
  EXPECT_NE(o.err.find("replay: FAILED: forgetful: lost operations: "), std::string::npos) << o.err;
}

}  // namespace
