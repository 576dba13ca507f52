#include "cli/human.h"

#include <cmath>

#include "gtest/gtest.h"

namespace relocatable {
namespace {

TEST(HumanBytes, HasAUnitOf1024) {
  EXPECT_EQ(HumanBytes(0), "0 B");
  EXPECT_EQ(HumanBytes(1023), "1023 B");
  EXPECT_EQ(HumanBytes(1024), "1.0 KiB");
  EXPECT_EQ(HumanBytes(1536), "1.5 KiB");
  EXPECT_EQ(HumanBytes(1024 * 1024 - 1), "1.0 MiB");
  EXPECT_EQ(HumanBytes(uint64_t{9} << 30), "9.0 GiB");
  EXPECT_EQ(HumanBytes(~uint64_t{0}), "16.0 EiB");
}

TEST(HumanSeconds, LooksLikeAClock) {
  EXPECT_EQ(HumanSeconds(0), "0:00");
  EXPECT_EQ(HumanSeconds(7.4), "0:07");
  EXPECT_EQ(HumanSeconds(59.6), "1:00");
  EXPECT_EQ(HumanSeconds(754), "12:34");
  EXPECT_EQ(HumanSeconds(3723), "1:02:03");
}

TEST(HumanSeconds, DoesNotKnowEverything) {
  EXPECT_EQ(HumanSeconds(-1), "?");
  EXPECT_EQ(HumanSeconds(INFINITY), "?");
  EXPECT_EQ(HumanSeconds(NAN), "?");
  EXPECT_EQ(HumanSeconds(1e6), "?");
}

}  // namespace
}  // namespace relocatable
