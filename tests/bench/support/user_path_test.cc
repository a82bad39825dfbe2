#include "bench/support/user_path.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>

#include "bench/support/trace.h"

namespace reclaim::bench {
namespace {

class UserPath : public testing::Test {
 protected:
  UserPath() {
    if (const char* stand = std::getenv("BUILD_WORKING_DIRECTORY")) before_ = stand;
  }
  ~UserPath() override {
    if (before_) {
      setenv("BUILD_WORKING_DIRECTORY", before_->c_str(), 1);
    } else {
      unsetenv("BUILD_WORKING_DIRECTORY");
    }
  }

  static std::filesystem::path temporary(const std::string& name) { return std::filesystem::path(testing::TempDir()) / name; }

  static std::string content(const std::filesystem::path& path) {
    std::ifstream in(path);
    return {std::istreambuf_iterator<char>(in), {}};
  }

 private:
  std::optional<std::string> before_;
};

TEST_F(UserPath, IsTakenFromWhereBazelWasCalled) {
  setenv("BUILD_WORKING_DIRECTORY", "/home/user", 1);

  EXPECT_EQ(user_path("a/b.csv"), "/home/user/a/b.csv");
  EXPECT_EQ(user_path("/a/b.csv"), "/a/b.csv");
}

TEST_F(UserPath, IsLeftAloneWithoutBazel) {
  unsetenv("BUILD_WORKING_DIRECTORY");

  EXPECT_EQ(user_path("a/b.csv"), "a/b.csv");
}

TEST_F(UserPath, WritableLeavesNoFileBehind) {
  const auto path = temporary("fresh.json");
  std::filesystem::remove(path);

  expect_writable(path, "--json");

  EXPECT_FALSE(std::filesystem::exists(path));
}

TEST_F(UserPath, WritableLeavesAFileAsItIs) {
  const auto path = temporary("old.json");
  std::ofstream(path) << "old";

  expect_writable(path, "--json");

  EXPECT_EQ(content(path), "old");
}

TEST_F(UserPath, RefusesWhatCannotBeWritten) {
  EXPECT_THROW(expect_writable("/nowhere/r.json", "--json"), input_error);
  EXPECT_THROW(expect_writable(testing::TempDir(), "--json"), input_error);
  EXPECT_THROW(expect_writable("/", "--json"), input_error);
}

TEST_F(UserPath, WritesAWholeFileAndNothingBesides) {
  const auto path = temporary("whole.json");

  write_file(path, "one");
  write_file(path, "two");

  EXPECT_EQ(content(path), "two");
  EXPECT_FALSE(std::filesystem::exists(path.string() + ".part"));
}

TEST_F(UserPath, WritesThroughALink) {
  const auto target = temporary("target.json");
  const auto link = temporary("link.json");
  std::filesystem::remove(link);
  std::filesystem::create_symlink(target, link);

  write_file(link, "text");

  EXPECT_TRUE(std::filesystem::is_symlink(link));
  EXPECT_EQ(content(target), "text");
}

}  // namespace
}  // namespace reclaim::bench
