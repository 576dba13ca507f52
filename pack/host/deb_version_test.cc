#include "pack/host/deb_version.h"

#include "gtest/gtest.h"

namespace relocatable {
namespace {

struct Pair {
  const char* name;
  const char* earlier;
  const char* later;
};

class EarlierThan : public ::testing::TestWithParam<Pair> {};

TEST_P(EarlierThan, InBothDirections) {
  const auto& [name, earlier, later] = GetParam();
  EXPECT_LT(CompareDebVersions(earlier, later), 0);
  EXPECT_GT(CompareDebVersions(later, earlier), 0);
  EXPECT_EQ(CompareDebVersions(earlier, earlier), 0);
  EXPECT_EQ(CompareDebVersions(later, later), 0);
}

INSTANTIATE_TEST_SUITE_P(
    All, EarlierThan,
    ::testing::Values(
        Pair{"Numbers", "1.9", "1.10"}, Pair{"Epoch", "9.0", "1:0.1"},
        Pair{"Revision", "1.0-9", "1.0-10"}, Pair{"NoRevision", "1.0", "1.0-1"},
        Pair{"TildeBeforeTheEnd", "1.0~rc1", "1.0"},
        Pair{"TildeTwice", "1.0~~", "1.0~"},
        Pair{"TildeBeforeTilde", "1.0~~a", "1.0~"},
        Pair{"LettersBeforeSigns", "1.0a", "1.0+"},
        Pair{"EndBeforeLetters", "1.0", "1.0a"},
        Pair{"Security", "2.39.5-0+deb12u1", "2.39.5-0+deb12u2"},
        Pair{"DashesBelongToUpstream", "1-1-1", "1-2-1"},
        Pair{"LongNumbers", "99999999999999999999", "100000000000000000000"},
        Pair{"GitMan", "1:2.39.5-.", "1:2.39.6-1"}),
    [](const ::testing::TestParamInfo<Pair>& i) { return i.param.name; });

TEST(CompareDebVersions, WhatIsEqual) {
  EXPECT_EQ(CompareDebVersions("1.0", "0:1.0"), 0);
  EXPECT_EQ(CompareDebVersions("1.01", "1.1"), 0);
  EXPECT_EQ(CompareDebVersions("1.0", "1.0-0"), 0);
  EXPECT_EQ(CompareDebVersions("", ""), 0);
}

}  // namespace
}  // namespace relocatable
