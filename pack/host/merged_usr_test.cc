#include "pack/host/merged_usr.h"

#include "gtest/gtest.h"

namespace relocatable {
namespace {

TEST(MergedPath, OfBothSpellings) {
  for (const char* path : {"/lib/a/b", "/usr/lib/a/b"}) {
    EXPECT_EQ(MergedPath(path), "/usr/lib/a/b");
    EXPECT_EQ(UnmergedPath(path), "/lib/a/b");
  }
  for (const char* path : {"/bin", "/usr/bin"}) {
    EXPECT_EQ(MergedPath(path), "/usr/bin");
    EXPECT_EQ(UnmergedPath(path), "/bin");
  }
  EXPECT_EQ(MergedPath("/lib64/ld.so"), "/usr/lib64/ld.so");
}

TEST(MergedPath, OthersStay) {
  for (const char* path : {"/usr/share/lib/x", "/etc/lib", "/libx", "/usr",
                           "/usr/games/x", "/", "/opt/usr/bin/x"}) {
    EXPECT_EQ(MergedPath(path), path);
    EXPECT_EQ(UnmergedPath(path), path);
  }
}

}  // namespace
}  // namespace relocatable
