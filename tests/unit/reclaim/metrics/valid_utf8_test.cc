// Text from anywhere as UTF-8.

#include "reclaim/metrics/valid_utf8.h"

#include <gtest/gtest.h>

#include <string>

namespace reclaim::detail {
namespace {

TEST(ValidUtf8, LeavesWhatIsValid) {
  for (const std::string text : {"", "plain", "\xC2\x80 \xDF\xBF", "\xE0\xA0\x80 \xED\x9F\xBF \xEE\x80\x80 \xEF\xBF\xBF",
                                 "\xF0\x90\x80\x80 \xF4\x8F\xBF\xBF"}) {
    EXPECT_EQ(valid_utf8(text), text);
  }
}

TEST(ValidUtf8, ReplacesEachByteThatBelongsToNoCharacter) {
  const std::string bad = "\xEF\xBF\xBD";

  EXPECT_EQ(valid_utf8("a\xFFz"), "a" + bad + "z");
  EXPECT_EQ(valid_utf8("\x80"), bad);
  EXPECT_EQ(valid_utf8("\xC3"), bad);
  EXPECT_EQ(valid_utf8("\xC1\x81"), bad + bad);
  EXPECT_EQ(valid_utf8("\xE2\x82"), bad + bad);
  EXPECT_EQ(valid_utf8("\xE2\x82z"), bad + bad + "z");
  EXPECT_EQ(valid_utf8("\xE0\x9F\xBF"), bad + bad + bad);
  EXPECT_EQ(valid_utf8("\xED\xA0\x80"), bad + bad + bad);
  EXPECT_EQ(valid_utf8("\xF0\x8F\xBF\xBF"), bad + bad + bad + bad);
  EXPECT_EQ(valid_utf8("\xF4\x90\x80\x80"), bad + bad + bad + bad);
  EXPECT_EQ(valid_utf8("\xF5\x80\x80\x80"), bad + bad + bad + bad);
}

TEST(ValidUtf8, KeepsAZeroAmongTheText) {
  EXPECT_EQ(valid_utf8(std::string("a\0b", 3)), std::string("a\0b", 3));
  EXPECT_EQ(valid_utf8(std::string("\xE2\0\x82", 3)), "\xEF\xBF\xBD" + std::string(1, '\0') + "\xEF\xBF\xBD");
}

}  // namespace
}  // namespace reclaim::detail
