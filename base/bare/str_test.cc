#include "base/bare/str.h"

#include <string>

#include "gtest/gtest.h"

namespace relocatable::bare {
namespace {

std::string Text(Str s) { return std::string(s.data, s.size); }

TEST(Str, ComparesWholeContents) {
  EXPECT_TRUE(Str("abc") == Str("abc"));
  EXPECT_FALSE(Str("abc") == Str("abcd"));
  EXPECT_TRUE(StartsWith("abc", "ab"));
  EXPECT_FALSE(StartsWith("ab", "abc"));
  EXPECT_TRUE(EndsWith("/proc/self", "/self"));
  EXPECT_FALSE(EndsWith("self", "/self"));
}

TEST(Str, SplitsPathsAsDirnameDoes) {
  EXPECT_EQ(Text(BaseName("/usr/bin/env")), "env");
  EXPECT_EQ(Text(DirName("/usr/bin/env")), "/usr/bin");
  EXPECT_EQ(Text(BaseName("env")), "env");
  EXPECT_EQ(Text(DirName("env")), ".");
  EXPECT_EQ(Text(DirName("/env")), "/");
}

TEST(GetEnv, FindsTheWholeNameOnly) {
  char one[] = "PATHS=no", two[] = "PATH=yes", three[] = "EMPTY=";
  char* env[] = {one, two, three, nullptr};
  EXPECT_STREQ(GetEnv(env, "PATH"), "yes");
  EXPECT_STREQ(GetEnv(env, "EMPTY"), "");
  EXPECT_EQ(GetEnv(env, "PAT"), nullptr);
}

TEST(Buffer, RemembersWhatDidNotFit) {
  FixedBuffer<8> b;
  b.Append("abc").AppendNumber(1203);
  EXPECT_STREQ(b.c_str(), "abc1203");
  EXPECT_FALSE(b.overflow());
  b.Append("x");
  EXPECT_STREQ(b.c_str(), "abc1203");
  EXPECT_TRUE(b.overflow());
  b.Clear();
  EXPECT_FALSE(b.overflow());
}

}  // namespace
}  // namespace relocatable::bare
