#include "pack/source_date.h"

#include <optional>

#include "gtest/gtest.h"

namespace relocatable {
namespace {

struct Case {
  const char* name;
  const char* value;
  std::optional<int64_t> seconds;
};

class Times : public ::testing::TestWithParam<Case> {};

TEST_P(Times, AreTaken) {
  const auto seconds = ParseSourceDate(GetParam().value);
  ASSERT_TRUE(seconds.ok()) << seconds.status();
  EXPECT_EQ(*seconds, GetParam().seconds);
}

INSTANTIATE_TEST_SUITE_P(
    All, Times,
    ::testing::Values(Case{"Unset", nullptr, std::nullopt},
                      Case{"Empty", "", std::nullopt}, Case{"Zero", "0", 0},
                      Case{"Now", "1700000000", 1700000000},
                      Case{"LeadingZero", "010", 10},
                      Case{"After2242", "8589934592", 8589934592},
                      Case{"Year9999", "253402300799", 253402300799}),
    [](const ::testing::TestParamInfo<Case>& i) { return i.param.name; });

class NoTimes : public ::testing::TestWithParam<const char*> {};

TEST_P(NoTimes, AreErrors) { EXPECT_FALSE(ParseSourceDate(GetParam()).ok()); }

INSTANTIATE_TEST_SUITE_P(All, NoTimes,
                         ::testing::Values("-1", "+1", " 1", "1 ", "1.5",
                                           "0x10", "now", "1e3", "253402300800",
                                           "99999999999999999999"));

TEST(ParseSourceDate, SaysWhatItShouldHaveBeen) {
  EXPECT_EQ(ParseSourceDate("today").status().message(),
            "SOURCE_DATE_EPOCH: 'today' is no time (seconds since 1970, up to "
            "253402300799, as `date +%s` prints them)");
}

}  // namespace
}  // namespace relocatable
