// The race as its users call it, over entrants that do as they are told; and once over the real ones.

#include <gtest/gtest.h>
#include <link.h>
#include <sys/wait.h>

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "tests/bench/race_families.h"

namespace reclaim::race {
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

bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

std::string figure(const std::string& value) { return "enter=" + value; }

// A test in a folder of its own, from which the program is called.
class Race : public testing::Test {
 protected:
  Race() : here_(fresh_folder()), families_(here_ / "families") {
    unsetenv("BUILD_WORKING_DIRECTORY");
    families_.add("ours", listed("epoch", 1) + listed("hazard", 1));
    families_.add("controls", listed("leaky", 6) + listed("asymmetric pin", 2));
    families_.add("ck", listed("ck_epoch", 0));
    families_.add("cds", listed("libcds shb", 16));
    gives("epoch", "4");
    gives("hazard", "6");
    gives("leaky", "1");
    gives("asymmetric pin", "5");
    gives("ck_epoch", "8");
    gives("libcds shb", "7");
  }

  static fs::path fresh_folder() {
    const fs::path folder = fs::path(testing::TempDir()) / ("race_" + std::string(testing::UnitTest::GetInstance()->current_test_info()->name()));
    fs::remove_all(folder);
    fs::create_directories(folder);
    return folder;
  }
  static std::string listed(const std::string& subject, unsigned marks) {
    return "enter\t" + subject + "\t" + std::to_string(marks) + "\tsettings of " + subject + "\n";
  }
  void gives(const std::string& subject, const std::string& value) const { families_.script(subject, {"ready", figure(value)}); }

  outcome race(const std::string& arguments, const std::string& more = "</dev/null") const {
    return call("RACE_PEERS='" + families_.folder().string() + "'", arguments, more);
  }
  // M1.enter with one thread, in as many rounds as a verdict takes.
  outcome race_once(const std::string& arguments = "", const std::string& more = "</dev/null") const {
    return race("--rows=M1.enter --threads=1 --rounds=6 --json=r.json " + arguments, more);
  }
  outcome call(const std::string& environment, const std::string& arguments, const std::string& more = "</dev/null") const {
    const char* const program = std::getenv("RACE");
    const std::string command = "cd '" + here_.string() + "' && " + environment + " '" + fs::absolute(program != nullptr ? program : "no-RACE").string() +
                                "' " + arguments + " >.out 2>.err " + more;
    const int status = std::system(command.c_str());
    const outcome o{WIFEXITED(status) ? WEXITSTATUS(status) : -1, content(here_ / ".out"), content(here_ / ".err")};
    fs::remove(here_ / ".out");
    fs::remove(here_ / ".err");
    return o;
  }

  nlohmann::json json() const { return nlohmann::json::parse(content(here_ / "r.json")); }
  nlohmann::json entry(const std::string& subject) const {
    const nlohmann::json all = json();
    for (const auto& e : all.at("rows")) {
      if (e.at("subject") == subject) return e;
    }
    return {};
  }

  std::vector<std::string> files() const {
    std::vector<std::string> names;
    for (const auto& file : fs::directory_iterator(here_)) names.push_back(file.path().filename());
    return names;
  }

  // One clear line, exit status 2, no entrant started to race and no file left.
  void expect_refused(const std::string& arguments, const std::vector<std::string>& parts) const {
    const outcome o = race(arguments);
    EXPECT_EQ(o.status, 2) << arguments;
    EXPECT_EQ(std::count(o.err.begin(), o.err.end(), '\n'), 1) << o.err;
    EXPECT_EQ(o.err.rfind("race: ", 0), 0u) << o.err;
    for (const std::string& part : parts) EXPECT_TRUE(contains(o.err, part)) << o.err;
    EXPECT_EQ(o.out, "");
    EXPECT_EQ(files(), std::vector<std::string>{"families"}) << arguments;
    EXPECT_TRUE(families_.logged("start").empty()) << arguments;
  }

  const fs::path here_;
  const scripted_families families_;
};

TEST_F(Race, HoldsOursAgainstPeersAndLimit) {
  const outcome o = race_once();

  ASSERT_EQ(o.status, 0) << o.err;
  EXPECT_EQ(o.err, "");
  const nlohmann::json e = entry("epoch");
  EXPECT_EQ(e.at("row"), "M1.enter");
  EXPECT_EQ(e.at("threads"), 1);
  EXPECT_EQ(e.at("value"), 4);
  EXPECT_EQ(e.at("unit"), "ns/op");
  EXPECT_EQ(e.at("spread"), nlohmann::json::parse("[4, 4]"));
  EXPECT_EQ(e.at("best_peer"), "ck_epoch");  // libcds shb is faster, and sends signals
  EXPECT_EQ(e.at("peer_value"), 8);
  EXPECT_EQ(e.at("ratio_to_peer"), 0.5);
  EXPECT_EQ(e.at("limit_value"), 1);
  EXPECT_EQ(e.at("ratio_to_limit"), 4);
  EXPECT_TRUE(contains(e.at("bar"), "at most 0.8x libcds shb"));
  EXPECT_EQ(e.at("met"), true);
  EXPECT_EQ(families_.logged("round").size(), 36u);
  EXPECT_TRUE(contains(o.out, "settings of ck_epoch"));
}

TEST_F(Race, SaysWhichBarsAreNotMet) {
  gives("epoch", "7.5");

  const outcome o = race_once();

  EXPECT_EQ(o.status, 0);
  EXPECT_EQ(entry("epoch").at("met"), false);
  EXPECT_TRUE(contains(o.out, "NOT MET")) << o.out;
}

TEST_F(Race, IsUnsureWhereTheRoundsDisagree) {
  families_.script("epoch", {"ready", figure("4"), figure("4"), figure("4"), figure("4"), figure("4"), figure("40")});

  EXPECT_EQ(race_once().status, 0);
  EXPECT_EQ(entry("epoch").at("value"), 4);
  EXPECT_TRUE(entry("epoch").at("met").is_null());
}

TEST_F(Race, TagsRowsOfTwoThreads) {
  ASSERT_EQ(race("--rows=M1.enter --threads=2 --rounds=1 --json=r.json").status, 0);

  const nlohmann::json all = json();
  for (const auto& e : all.at("rows")) EXPECT_EQ(std::set<std::string>({"near", "far"}).count(e.at("tag")), 1u) << e;
  EXPECT_FALSE(all.at("cells").at(0).at("ns_between_processors").empty());
}

TEST_F(Race, GoesOnWithoutAnEntrantThatCrashes) {
  families_.script("ck_epoch", {"ready", figure("8"), figure("8"), "!crash"});
  families_.script("hazard", {"!exit no memory"});

  const outcome o = race_once();

  EXPECT_EQ(o.status, 0) << o.err;
  EXPECT_TRUE(contains(o.out, "dropped out: M1.enter, 1 thread: ck_epoch: crashed (signal 6, Aborted)")) << o.out;
  EXPECT_TRUE(contains(o.out, "dropped out: M1.enter, 1 thread: hazard: exited with 1: no memory")) << o.out;
  EXPECT_EQ(json().at("dropped_out").size(), 2u);
  EXPECT_TRUE(entry("ck_epoch").is_null());
  EXPECT_TRUE(entry("epoch").at("best_peer").is_null());
  EXPECT_EQ(entry("epoch").at("value"), 4);
}

TEST_F(Race, SurvivesWhateverAnEntrantSays) {
  families_.script("ck_epoch", {"ready", "\xff\xfe"});
  families_.script("libcds shb", {"ready", figure("nan")});
  families_.add("tbb", "enter\t\xff\t0\t\xc3(\n");

  const outcome o = race_once();

  EXPECT_EQ(o.status, 0) << o.err;
  EXPECT_EQ(json().at("dropped_out").size(), 2u);
  EXPECT_EQ(entry("epoch").at("value"), 4);
}

TEST_F(Race, NamesFamiliesThatAreNotThereWithTheirPackages) {
  const std::string missing = "missing: tbb: not built; apt-get install libtbb-dev\n";

  EXPECT_TRUE(contains(race_once().out, missing));
  EXPECT_EQ(json().at("missing").size(), 7u);  // of 11

  families_.add("tbb", listed("tbb concurrent_queue", 0));
  EXPECT_FALSE(contains(race_once().out, missing));
}

TEST_F(Race, RacesTheChosenPeersOnly) {
  EXPECT_EQ(race_once("--peers=cds").status, 0);

  EXPECT_TRUE(entry("ck_epoch").is_null());
  EXPECT_FALSE(entry("libcds shb").is_null());
  EXPECT_FALSE(entry("leaky").is_null());
}

TEST_F(Race, RefusesBadArguments) {
  expect_refused("--rows=M11", {"--rows", "'M11'", "M1.enter", "M9"});
  expect_refused("--threads=3", {"--threads", "'3'", "1, 2, 8, 64"});
  expect_refused("--peers=nobody", {"--peers", "'nobody'", "urcu", "ck_epoch"});
  expect_refused("--rounds=0", {"--rounds"});
  expect_refused("--nonsense", {"--nonsense"});
  expect_refused("--preload=/nowhere/a.so", {"--preload", "/nowhere/a.so"});
  expect_refused("--preload=families/log", {"--preload"});
  EXPECT_EQ(race_once().status, 0);
}

TEST_F(Race, RefusesOutputsThatCannotBeWrittenBeforeItRuns) {
  expect_refused("--json=/nowhere/r.json", {"--json: cannot write /nowhere/r.json: No such file or directory"});
  expect_refused("--plot=/nowhere/p.svg", {"--plot: cannot write /nowhere/p.svg: No such file or directory"});
  expect_refused("--json=r.json --plot=families", {"--plot: cannot write"});
  expect_refused("--json=r --plot=./r", {"is named twice"});
}

TEST_F(Race, RefusesAFolderOfFamiliesThatIsNotThere) {
  const outcome nowhere = call("RACE_PEERS=/nowhere", "--rows=M1");
  fs::create_directories(here_ / "empty");
  const outcome empty = call("RACE_PEERS=empty", "--rows=M1");

  EXPECT_EQ(nowhere.status, 2);
  EXPECT_EQ(nowhere.err, "race: RACE_PEERS: there is no folder /nowhere\n");
  EXPECT_EQ(empty.status, 1);
  EXPECT_TRUE(contains(empty.err, "race: missing: ck: not built; apt-get install libck-dev\n")) << empty.err;
  EXPECT_TRUE(contains(empty.err, "race: nobody races in these rows\n")) << empty.err;
}

// The path of the C library that this process runs with: every process can load it first.
std::string c_library() {
  std::string path;
  dl_iterate_phdr(
      [](dl_phdr_info* about, std::size_t, void* found) {
        const std::string name = about->dlpi_name;
        if (contains(name, "/libc.so")) *static_cast<std::string*>(found) = name;
        return 0;
      },
      &path);
  return path;
}

TEST_F(Race, HasEntrantsLoadALibraryFirst) {
  EXPECT_EQ(race_once("--preload=" + c_library()).status, 0);

  ASSERT_EQ(families_.logged("start").size(), 6u);
  for (const std::string& start : families_.logged("start")) EXPECT_TRUE(contains(start, " preload=" + c_library() + " ")) << start;
  EXPECT_EQ(json().at("machine").at("preload"), c_library());
}

TEST_F(Race, LoadsNothingFirstUnasked) {
  EXPECT_EQ(race_once().status, 0);

  for (const std::string& start : families_.logged("start")) EXPECT_TRUE(contains(start, " preload= ")) << start;
}

TEST_F(Race, RunsWithoutStandardInput) {
  const outcome o = race_once("", "<&-");

  EXPECT_EQ(o.status, 0);
  EXPECT_EQ(json().at("dropped_out").size(), 0u) << o.out;
}

TEST_F(Race, DrawsAPlotOrSaysInOneLineWhyNot) {
  const outcome o = race_once("--plot=p.svg");

  EXPECT_TRUE(fs::exists(here_ / "r.json"));
  if (o.status == 0) {
    EXPECT_TRUE(contains(content(here_ / "p.svg"), "M1.enter"));
    EXPECT_TRUE(contains(content(here_ / "p.svg"), "ck_epoch"));
    EXPECT_EQ(o.err, "");
  } else {
    EXPECT_EQ(o.status, 3);
    EXPECT_EQ(std::count(o.err.begin(), o.err.end(), '\n'), 1) << o.err;
    EXPECT_FALSE(fs::exists(here_ / "p.svg"));
  }
}

TEST_F(Race, SaysWhatItCannotDraw) {
  for (const char* name : {"epoch", "hazard", "leaky", "asymmetric pin", "ck_epoch", "libcds shb"}) families_.script(name, {"!exit tired"});

  const outcome o = race_once("--plot=p.svg");

  EXPECT_EQ(o.status, 3);
  EXPECT_EQ(std::count(o.err.begin(), o.err.end(), '\n'), 1) << o.err;
  EXPECT_FALSE(fs::exists(here_ / "p.svg"));
}

TEST_F(Race, ShowsHelp) {
  const outcome o = race("--help");

  EXPECT_EQ(o.status, 0);
  for (const char* option : {"--rows", "--peers", "--threads", "--quick", "--json", "--plot", "--preload"}) EXPECT_TRUE(contains(o.out, option)) << option;
  EXPECT_TRUE(families_.logged("start").empty());
}

// Nothing is said about who is fast.
TEST_F(Race, RacesTheRealFamilies) {
  const fs::path peers = fs::absolute("bench/peers");  // where Bazel puts them

  const outcome o = call("RACE_PEERS='" + peers.string() + "'", "--rows=M1.enter --threads=1 --rounds=2 --peers=ck --json=r.json");

  ASSERT_EQ(o.status, 0) << o.err;
  std::set<std::string> families;
  const nlohmann::json all = json();
  for (const auto& e : all.at("rows")) families.insert(e.at("family"));
  EXPECT_EQ(families.count("ours"), 1u);
  EXPECT_EQ(families.count("controls"), 1u);
  EXPECT_EQ(families.count("ck"), fs::exists(peers / "ck") ? 1u : 0u);
  EXPECT_EQ(families.count("urcu"), 0u);
  EXPECT_EQ(contains(o.out, "missing: ck:"), !fs::exists(peers / "ck"));
}

}  // namespace
}  // namespace reclaim::race
