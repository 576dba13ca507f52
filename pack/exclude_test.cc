#include "pack/exclude.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace relocatable {
namespace {

using ::testing::ElementsAre;

constexpr char kItem[] =
    "/gnu/store/00000000000000000000000000000000-perl-5.36";

struct Case {
  const char* name;
  const char* glob;
  const char* path;  // below kItem; "" is the item itself
  bool matches;
};

class ExcludeGlob : public ::testing::TestWithParam<Case> {};

TEST_P(ExcludeGlob, Matches) {
  const Case& c = GetParam();
  Exclude exclude = *Exclude::Parse({c.glob});
  const bool matches = *c.path == '\0' ? exclude.MatchesItem(kItem)
                                       : exclude.MatchesFile(kItem, c.path);
  EXPECT_EQ(matches, c.matches);
  EXPECT_EQ(exclude.Unused().empty(), c.matches);
}

INSTANTIATE_TEST_SUITE_P(
    Globs, ExcludeGlob,
    ::testing::Values(
        Case{"NameAnywhere", "*.la", "lib/deep/x.la", true},
        Case{"NameIsWhole", "*.la", "lib/x.lab", false},
        Case{"NameOfADirectory", "doc", "share/doc", true},
        Case{"NameOfAnItem", "*-perl-*", "", true},
        Case{"NameOfAnotherItem", "*-python-*", "", false},
        Case{"NameMatchesDots", "*", "lib/.hidden", true},
        Case{"PathBelowTheItem", "share/doc", "share/doc", true},
        Case{"PathIsAnchored", "share/doc", "lib/share/doc", false},
        Case{"PathStarStopsAtSlash", "share/*", "share/a/b", false},
        Case{"PathIsNoItem", "share/doc", "", false},
        Case{"SlashAtTheEnd", "share/doc/", "share/doc", true},
        Case{"GuestPathOfAnItem", "/gnu/store/*-perl-5.36", "", true},
        Case{"GuestPathOfAFile", "/gnu/store/*-perl-5.36/bin/*", "bin/perl",
             true},
        Case{"GuestPathElsewhere", "/nix/store/*", "", false},
        Case{"Escaped", "a\\*", "ab", false},
        Case{"EscapedMatches", "a\\*", "a*", true}),
    [](const ::testing::TestParamInfo<Case>& i) { return i.param.name; });

TEST(Exclude, RefusesWhatMatchesNothing) {
  for (const char* glob : {"", "/", "a//b", "./a", "../x", "a/.."}) {
    EXPECT_EQ(Exclude::Parse({glob}).status(),
              absl::InvalidArgumentError(
                  "--exclude '" + std::string(glob) +
                  "': can match no path (it has an empty, '.' or '..' "
                  "component)"));
  }
  EXPECT_TRUE(Exclude::Parse({"..x", ".y"}).ok());
}

TEST(Exclude, EachMatchCountsAsUsed) {
  Exclude exclude = *Exclude::Parse({"*.la", "lib/x.la", "lib/y.la"});
  EXPECT_TRUE(exclude.MatchesFile(kItem, "lib/x.la"));
  EXPECT_THAT(exclude.Unused(), ElementsAre("lib/y.la"));
}

TEST(Exclude, NoGlobsMatchNothing) {
  Exclude exclude;
  EXPECT_FALSE(exclude.MatchesItem(kItem));
  EXPECT_FALSE(exclude.MatchesFile(kItem, "x"));
}

}  // namespace
}  // namespace relocatable
