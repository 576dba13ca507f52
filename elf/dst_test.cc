#include "elf/dst.h"

#include "gtest/gtest.h"

namespace relocatable {
namespace {

struct TokenCase {
  const char* name;
  const char* text;
  const char* expect;
};

class Tokens : public ::testing::TestWithParam<TokenCase> {};

TEST_P(Tokens, Expand) {
  const TokenValues values{
      .origin = "/opt/x", .lib = "lib64", .platform = "x86_64"};
  EXPECT_EQ(ExpandTokens(GetParam().text, values), GetParam().expect);
}

INSTANTIATE_TEST_SUITE_P(
    Cases, Tokens,
    ::testing::Values(TokenCase{"None", "/usr/lib", "/usr/lib"},
                      TokenCase{"Empty", "", ""},
                      TokenCase{"Origin", "$ORIGIN/../lib", "/opt/x/../lib"},
                      TokenCase{"Braces", "${ORIGIN}x", "/opt/xx"},
                      TokenCase{"Lib", "/usr/$LIB", "/usr/lib64"},
                      TokenCase{"Platform", "/p/${PLATFORM}/", "/p/x86_64/"},
                      TokenCase{"Several", "$ORIGIN/$LIB/$ORIGIN",
                                "/opt/x/lib64//opt/x"},
                      TokenCase{"LetterFollows", "$ORIGINx", "$ORIGINx"},
                      TokenCase{"DigitFollows", "$LIB64", "$LIB64"},
                      TokenCase{"UnderscoreFollows", "$LIB_", "$LIB_"},
                      TokenCase{"DashFollows", "$LIB-x", "lib64-x"},
                      TokenCase{"BraceMissing", "${ORIGIN", "${ORIGIN"},
                      TokenCase{"BraceTooLate", "${ORIGINx}", "${ORIGINx}"},
                      TokenCase{"OtherName", "$HOME/lib", "$HOME/lib"},
                      TokenCase{"LowerCase", "$origin", "$origin"},
                      TokenCase{"DollarAtTheEnd", "/a$", "/a$"},
                      TokenCase{"TwoDollars", "$$LIB", "$lib64"}),
    [](const ::testing::TestParamInfo<TokenCase>& i) { return i.param.name; });

TEST(ExpandTokens, DropsWhatCannotBeKnown) {
  const TokenValues values{.origin = "/opt/x", .lib = "lib64"};
  EXPECT_EQ(ExpandTokens("$PLATFORM/lib", values), absl::nullopt);
  EXPECT_EQ(ExpandTokens("$PLATFORMS/lib", values), "$PLATFORMS/lib");
}

}  // namespace
}  // namespace relocatable
