#include "cli/view_options.h"

#include <sys/stat.h>
#include <unistd.h>

#include "gtest/gtest.h"

namespace relocatable {
namespace {

TEST(ParseBind, DefaultsTheGuestPathToTheSource) {
  const absl::StatusOr<Bind> bind = ParseBind("/usr/../usr/bin/");
  ASSERT_TRUE(bind.ok()) << bind.status();
  EXPECT_EQ(bind->guest, "/usr/bin");
  EXPECT_EQ(bind->host, "/usr/../usr/bin/");
  EXPECT_FALSE(bind->read_only);
}

TEST(ParseBind, TakesAGuestPathAndReadOnly) {
  const absl::StatusOr<Bind> bind = ParseBind("/usr:/gnu//store/:ro");
  ASSERT_TRUE(bind.ok()) << bind.status();
  EXPECT_EQ(bind->guest, "/gnu/store");
  EXPECT_TRUE(bind->read_only);
}

TEST(ParseBind, KnowsColonsInNames) {
  const std::string dir = ::testing::TempDir() + "/a:b";
  rmdir(dir.c_str());
  ASSERT_EQ(mkdir(dir.c_str(), 0700), 0);
  const absl::StatusOr<Bind> bind =
      ParseBind(::testing::TempDir() + "/a\\:b:/x\\:y");
  ASSERT_TRUE(bind.ok()) << bind.status();
  EXPECT_EQ(bind->host, dir);
  EXPECT_EQ(bind->guest, "/x:y");
  rmdir(dir.c_str());
}

TEST(ParseBind, SaysWhatIsWrong) {
  EXPECT_EQ(ParseBind("/none:/x").status().message(),
            "cannot bind '/none': No such file or directory");
  EXPECT_EQ(ParseBind("/usr:/x:rw").status().message(),
            "'/usr:/x:rw' is not SRC[:DST[:ro]] (a colon in a name is '\\:')");
  EXPECT_EQ(ParseBind("/usr:x").status().message(),
            "cannot bind to 'x': it is not an absolute path");
  EXPECT_EQ(ParseBind("/usr:/").status().message(),
            "cannot bind to '/' (--root=DIR makes a directory the root)");
  EXPECT_FALSE(ParseBind("").ok());
  EXPECT_FALSE(ParseBind("/usr:").ok());
}

TEST(NormalPath, WorksByTheTextAlone) {
  EXPECT_EQ(*NormalPath("/a//b/./c/../d/"), "/a/b/d");
  EXPECT_EQ(*NormalPath("/../.."), "/");
  EXPECT_EQ((*NormalPath("x"))[0], '/');
}

TEST(GuestCwd, IsBelowTheDeepestHostDirectoryInView) {
  const std::vector<Bind> binds = {{"/home", "/home", false},
                                   {"/home/me/src", "/data/src", false}};
  EXPECT_EQ(GuestCwd("/roots/debian/etc", "/roots/debian", binds), "/etc");
  EXPECT_EQ(GuestCwd("/roots/debian", "/roots/debian", binds), "/");
  EXPECT_EQ(GuestCwd("/home/me", "/roots/debian", binds), "/home/me");
  EXPECT_EQ(GuestCwd("/home/me/src/x", "/roots/debian", binds), "/data/src/x");
  EXPECT_EQ(GuestCwd("/roots/debian2", "/roots/debian", binds), "/");
}

}  // namespace
}  // namespace relocatable
