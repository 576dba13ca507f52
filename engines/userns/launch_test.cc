// Whole launches by the freestanding engine, as an ordinary user.
#include <unistd.h>

#include <string>
#include <vector>

#include "engines/userns/testing/lab.h"
#include "gtest/gtest.h"

namespace relocatable {
namespace {

class LaunchTest : public ::testing::Test {
 protected:
  Finished Start(std::vector<std::string> args, RunOptions options = {}) {
    args.insert(args.begin(), start_);
    return RunAsUser(args, options);
  }

  const Lab lab_;
  const std::string start_ = lab_.Install("engines/userns/testing/start");
};

TEST_F(LaunchTest, ShowsThePackAtAPrefixTheHostLacks) {
  lab_.MakeFile("store/item", "packed\n");
  const Finished run = Start({"-u", lab_.Path("store=/gnu-test/store"),
                              "/bin/cat", "/gnu-test/store/item"});
  EXPECT_EQ(run.err, "");
  EXPECT_EQ(run.out, "packed\n");
  EXPECT_EQ(run.status, 0);
  EXPECT_NE(access("/gnu-test", F_OK), 0);
}

}  // namespace
}  // namespace relocatable
