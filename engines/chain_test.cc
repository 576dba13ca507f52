#include "engines/chain.h"

#include <cerrno>

#include "engines/fake_host.h"
#include "engines/roster.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace relocatable {
namespace {

using ::testing::StartsWith;

TEST(ChainFromWords, ListsTheEnginesThereAre) {
  EXPECT_EQ(ChainFromWords("usrns", false).status().message(),
            "no engine 'usrns'; there are: default, performance, userns, "
            "inprocess, fakechroot, proot");
  EXPECT_TRUE(ChainFromWords("default", false).ok());
}

TEST(DescribeRefusals, NamesTheEngineAndKeepsTheErrnosWords) {
  Attempts attempts;
  attempts.refusals[0] = {
      0, {Outcome::kRefused, "create a user namespace", EPERM}};
  attempts.count = 1;
  const std::string text = DescribeRefusals(attempts, FakeHost());
  EXPECT_THAT(text, StartsWith("  userns: cannot create a user namespace: "
                               "Operation not permitted"));
  EXPECT_EQ(text.back(), '\n');
}

TEST(DescribeRefusals, SaysNothingOfEnginesNotTried) {
  EXPECT_EQ(DescribeRefusals(Attempts(), FakeHost()), "");
}

}  // namespace
}  // namespace relocatable
