#include "engines/userns/guest_path.h"

#include <unistd.h>

#include <cerrno>
#include <string>

#include "engines/userns/lookup.h"
#include "engines/userns/testing/lab.h"
#include "gtest/gtest.h"

namespace relocatable::userns {
namespace {

class FollowLinksTest : public ::testing::Test {
 protected:
  void Link(const std::string& text, const std::string& below) {
    ASSERT_EQ(symlink(text.c_str(), lab_.Path(below).c_str()), 0);
  }

  // The path, followed in a view whose root is the lab; or the errno's number.
  std::string Follow(const std::string& guest, const Mount* mounts = nullptr,
                     uint32_t count = 0) {
    const View view = {lab_.dir().c_str(), mounts, count};
    PathBuffer out;
    const int error = FollowLinks(view, guest.c_str(), out);
    return error == 0 ? out.c_str() : std::to_string(error);
  }

  const Lab lab_;
};

TEST_F(FollowLinksTest, KeepsWhatHasNoLinks) {
  lab_.MakeDir("usr/lib");
  EXPECT_EQ(Follow("/usr/lib"), "/usr/lib");
  EXPECT_EQ(Follow("/gnu/store"), "/gnu/store");
  EXPECT_EQ(Follow("/"), "");
}

TEST_F(FollowLinksTest, FollowsRelativeAndAbsoluteLinks) {
  lab_.MakeDir("usr/lib");
  Link("usr/lib", "lib");
  Link("/usr/lib", "lib64");
  Link("../lib", "usr/back");
  EXPECT_EQ(Follow("/lib/new"), "/usr/lib/new");
  EXPECT_EQ(Follow("/lib64/new"), "/usr/lib/new");
  EXPECT_EQ(Follow("/usr/back/x"), "/usr/lib/x");
  EXPECT_EQ(Follow("/lib"), "/usr/lib");
}

TEST_F(FollowLinksTest, FollowsALinkThatLeadsNowhere) {
  Link("/data/gnu", "gnu");
  EXPECT_EQ(Follow("/gnu/store"), "/data/gnu/store");
}

TEST_F(FollowLinksTest, StaysInTheRoot) {
  Link("../../../etc", "up");
  EXPECT_EQ(Follow("/up/x"), "/etc/x");
}

TEST_F(FollowLinksTest, RefusesACircle) {
  Link("b", "a");
  Link("a", "b");
  EXPECT_EQ(Follow("/a/x"), std::to_string(ELOOP));
}

TEST_F(FollowLinksTest, FollowsALinkThatAMountBrings) {
  lab_.MakeDir("packed");
  Link("/usr/real", "packed/link");
  const std::string host = lab_.Path("packed");
  const Mount mounts[] = {{"/opt/app", host.c_str(), 0}};
  EXPECT_EQ(Follow("/opt/app/link/x", mounts, 1), "/usr/real/x");
  EXPECT_EQ(Follow("/opt/apple/link/x", mounts, 1), "/opt/apple/link/x");
}

TEST_F(FollowLinksTest, DoesNotLookIntoTheMountItself) {
  lab_.MakeDir("usr");
  Link("/elsewhere", "linked");
  const std::string host = lab_.Path("linked");
  const Mount mounts[] = {{"/usr", host.c_str(), 0}};
  EXPECT_EQ(Follow("/usr", mounts, 1), "/usr");
}

}  // namespace
}  // namespace relocatable::userns
