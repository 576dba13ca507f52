#include "pack/host/link_hops.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "pack/host/temp_host.h"

namespace relocatable {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class FollowLinksTest : public ::testing::Test {
 protected:
  std::string Error(absl::string_view path) {
    return std::string(FollowLinks(root_, path).status().message());
  }
  TempHost host_;
  GuestRoot root_{host_.root()};
};

TEST_F(FollowLinksTest, EveryHopInItsOrder) {
  host_.File("/usr/bin/vim.basic", "");
  host_.Link("/usr/bin/vim", "/etc/alternatives/vim");
  host_.Link("/etc/alternatives/vim", "/bin/vim.basic");
  const auto hops = FollowLinks(root_, "/bin/vim");
  ASSERT_TRUE(hops.ok()) << hops.status();
  EXPECT_THAT(hops->links,
              ElementsAre("/usr/bin/vim", "/etc/alternatives/vim"));
  EXPECT_EQ(hops->end, "/usr/bin/vim.basic");
}

TEST_F(FollowLinksTest, LinksOfDirectoriesToo) {
  host_.File("/usr/lib/jvm/java-17/bin/java", "");
  host_.Link("/usr/lib/jvm/default", "java-17");
  host_.Link("/usr/bin/java", "../lib/./jvm/default/bin/java");
  const auto hops = FollowLinks(root_, "/usr/bin/java");
  ASSERT_TRUE(hops.ok()) << hops.status();
  EXPECT_THAT(hops->links,
              ElementsAre("/usr/bin/java", "/usr/lib/jvm/default"));
  EXPECT_EQ(hops->end, "/usr/lib/jvm/java-17/bin/java");
}

TEST_F(FollowLinksTest, NeverOutOfTheRoot) {
  host_.File("/usr/bin/a", "");
  host_.Link("/usr/bin/b", "../../../../../usr/bin/a");
  EXPECT_EQ(FollowLinks(root_, "/usr/bin/b")->end, "/usr/bin/a");
  EXPECT_THAT(FollowLinks(root_, "/usr/bin/a")->links, IsEmpty());
  EXPECT_EQ(FollowLinks(root_, "/..")->end, "/");
}

TEST_F(FollowLinksTest, WaysToNothing) {
  host_.Link("/usr/bin/vim", "/etc/alternatives/vim");
  host_.Link("/etc/alternatives/vim", "/usr/bin/gone");
  host_.Link("/usr/bin/loop", "loop");
  EXPECT_EQ(Error("/usr/bin/vim"),
            "'/usr/bin/vim' leads to '/usr/bin/gone', which does not exist");
  EXPECT_EQ(Error("/usr/bin/x"), "'/usr/bin/x' does not exist");
  EXPECT_EQ(Error("/usr/bin/loop"),
            "cannot read '/usr/bin/loop': Too many levels of symbolic links");
  EXPECT_THAT(LinksTowards(root_, "/usr/bin/vim/x"),
              ElementsAre("/usr/bin/vim", "/etc/alternatives/vim"));
  EXPECT_THAT(LinksTowards(root_, "/usr/bin/x"), IsEmpty());
}

}  // namespace
}  // namespace relocatable
