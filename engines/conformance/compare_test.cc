#include "engines/conformance/compare.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace relocatable {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(Compare, FindsNothingInEqualReports) {
  const Comparison c = Compare("a=1\nb=2\n", "a=1\nb=2\n", {"a"});
  EXPECT_THAT(c.differences, IsEmpty());
  EXPECT_THAT(c.seen, IsEmpty());
}

TEST(Compare, ShowsEachDifferentFact) {
  EXPECT_THAT(Compare("a=1\nb=2\nc=3\n", "a=1\nb=4\nc=5\n", {}).differences,
              ElementsAre("- b=2\n+ b=4", "- c=3\n+ c=5"));
}

TEST(Compare, AllowsWhatIsDeclaredAndSaysThatItWasSeen) {
  const Comparison c =
      Compare("a=1\nuid 1=2\nuid 2=3", "a=1\nuid 1=9\nuid 2=9", {"b", "uid *"});
  EXPECT_THAT(c.differences, IsEmpty());
  EXPECT_THAT(c.seen, ElementsAre("uid *"));
}

TEST(Compare, ADeclarationCoversItsOwnFactOnly) {
  EXPECT_THAT(Compare("ab=1", "ab=2", {"a"}).differences,
              ElementsAre("- ab=1\n+ ab=2"));
  EXPECT_THAT(Compare("a=1", "b=1", {"a"}).differences,
              ElementsAre("- a=1\n+ b=1"));
}

TEST(Compare, StopsAtALineTooMany) {
  EXPECT_THAT(
      Compare("a=1\nc=3\nd=4\n", "a=1\nb=2\nc=3\nd=4\n", {}).differences,
      ElementsAre("- c=3\n+ b=2"));
  EXPECT_THAT(Compare("a=1", "a=1\nb=2", {}).differences,
              ElementsAre("- (nothing)\n+ b=2"));
}

}  // namespace
}  // namespace relocatable
