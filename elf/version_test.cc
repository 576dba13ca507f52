#include "elf/version.h"

#include "gtest/gtest.h"

namespace relocatable {
namespace {

TEST(Version, ComparesNumbersNotText) {
  EXPECT_LT(*ParseVersion("2.4"), *ParseVersion("2.36"));
  EXPECT_LT(*ParseVersion("2.2.5"), *ParseVersion("2.3"));
  EXPECT_EQ(*ParseVersion("2.36"), *ParseVersion("2.36.0"));
  EXPECT_EQ(*ParseVersion("3"), (Version{3, 0, 0}));
}

TEST(Version, PrintsAsItIsWritten) {
  EXPECT_EQ(ParseVersion("2.36")->ToString(), "2.36");
  EXPECT_EQ(ParseVersion("2.2.5")->ToString(), "2.2.5");
}

TEST(Version, TakesNothingElse) {
  for (const char* text : {"", "2.", ".2", "2.3.4.5", "PRIVATE", "2.x", "2.-3",
                           "2.+3", " 2.3", "2.4294967296"}) {
    EXPECT_FALSE(ParseVersion(text).has_value()) << text;
  }
}

}  // namespace
}  // namespace relocatable
