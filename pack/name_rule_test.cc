#include "pack/name_rule.h"

#include <string>

#include "gtest/gtest.h"

namespace relocatable {
namespace {

std::string Parse(absl::string_view text) {
  const absl::StatusOr<NameRule> rule = ParseNameRule(text);
  return rule.ok() ? rule->name + " <- " + rule->target
                   : std::string(rule.status().message());
}

TEST(ParseNameRule, AsInGuix) {
  EXPECT_EQ(Parse("/bin=bin"), "bin <- bin");
  EXPECT_EQ(Parse("bin=bin"), "bin <- bin");
  EXPECT_EQ(Parse("/opt//tools/=./share/x/"), "opt/tools <- share/x");
  EXPECT_EQ(Parse("/profile="), "profile <- ");
  EXPECT_EQ(Parse("lib=lib"), "lib <- lib");
}

TEST(ParseNameRule, SaysWhatIsWrong) {
  EXPECT_EQ(Parse("bin"),
            "-S 'bin': has no '=' (it is NAME=TARGET: -S bin=bin)");
  EXPECT_EQ(Parse("a=b=c"), "-S 'a=b=c': has more than one '='");
  EXPECT_EQ(Parse("/bin=/bin"),
            "-S '/bin=/bin': has an absolute TARGET (it is a path below what "
            "is packed: -S /bin=bin)");
  EXPECT_EQ(Parse("/=bin"),
            "-S '/=bin': has no NAME (a place in the pack: -S bin=bin)");
  EXPECT_EQ(Parse("=bin"),
            "-S '=bin': has no NAME (a place in the pack: -S bin=bin)");
  EXPECT_EQ(Parse("../x=bin"), "-S '../x=bin': has a '..' component");
  EXPECT_EQ(Parse("bin=../x"), "-S 'bin=../x': has a '..' component");
  EXPECT_EQ(Parse("/root/x=bin"),
            "-S '/root/x=bin': 'root/x' is what the pack itself is made of");
}

TEST(IsReservedName, WhatAPackIsMadeOf) {
  for (const char* name : {"relocatable", "launch", "manifest.json", "root",
                           "root/gnu", "lib/twin/x", "lib/audit.so"}) {
    EXPECT_TRUE(IsReservedName(name)) << name;
  }
  for (const char* name : {"bin", "roots", "lib", "lib/x", "bin/root", "x"}) {
    EXPECT_FALSE(IsReservedName(name)) << name;
  }
  EXPECT_TRUE(IsAboveReservedName("lib"));
  EXPECT_FALSE(IsAboveReservedName("root"));
  EXPECT_FALSE(IsAboveReservedName("li"));
}

}  // namespace
}  // namespace relocatable
