// What makes namespaces of its own, inside a program started by the engine.
#include <sys/stat.h>
#include <unistd.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "engines/userns/testing/launcher.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace relocatable {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;

class NestingTest : public LauncherTest {};

TEST_F(NestingTest, Unshare) {
  EXPECT_EQ(
      Shell(absl::StrCat("unshare -Urmpf --mount-proc sh -c 'echo $$; cat ",
                         kPrefix, "/item'")),
      "1\npacked\n");
}

TEST_F(NestingTest, Bubblewrap) {
  EXPECT_EQ(
      Shell(absl::StrCat("bwrap --dev-bind / / --unshare-pid --proc /proc "
                         "cat ",
                         kPrefix, "/item")),
      "packed\n");
}

TEST_F(NestingTest, NeedsANewRootOnlyWhereThePrefixIsMissing) {
  const std::string mnt =
      Start({"-b", lab_.Path("store=/mnt"), "/bin/cat", "/proc/self/mountinfo"})
          .out;
  EXPECT_THAT(mnt, HasSubstr(" /mnt "));
  EXPECT_THAT(mnt, Not(HasSubstr("tmpfs relocatable")));
  EXPECT_THAT(Shell("cat /proc/self/mountinfo"),
              HasSubstr("tmpfs relocatable"));
}

TEST_F(NestingTest, APackInsideAPack) {
  lab_.MakeFile("inner/other", "inner\n");
  Words inner = {start_,
                 "-u",
                 absl::StrCat(lab_.Path("inner="), kPrefix),
                 "/bin/cat",
                 absl::StrCat(kPrefix, "/other"),
                 absl::StrCat(kPrefix, "/item")};
  EXPECT_EQ(StartPacked(inner).out, "inner\npacked\n");
}

// The kernel allows 32 user namespaces below the first; how many are left
// depends on where the test runs.
TEST_F(NestingTest, UntilTheKernelHasEnough) {
  Words words = {"/bin/echo", "in"};
  for (int level = 40; level > 0; --level) {
    const Words start = {start_, "-b",
                         absl::StrCat(lab_.Path("store=/level"), level)};
    words.insert(words.begin(), start.begin(), start.end());
  }
  EXPECT_EQ(RunAsUser(words).err,
            "refused: cannot create a user namespace (errno 28)\n");
  const Words last(words.end() - 2 - 3 * 20, words.end());
  EXPECT_EQ(RunAsUser(last).out, "in\n");
}

}  // namespace
}  // namespace relocatable
