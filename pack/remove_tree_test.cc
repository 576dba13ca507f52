#include "pack/remove_tree.h"

#include <sys/stat.h>
#include <unistd.h>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "pack/temp_tree.h"

namespace relocatable {
namespace {

bool Exists(const std::string& path) {
  struct stat st;
  return lstat(path.c_str(), &st) == 0;
}

TEST(RemoveTree, ReadOnlyDirectoriesToo) {
  TempTree t;
  t.File("x/a/b/file", "1", 0444);
  t.Dir("x/a/empty", 0555);
  t.Dir("x/a/unreadable", 0);
  t.Dir("x/a/b", 0555);
  t.Dir("x/a", 0555);
  t.Dir("x", 0500);
  const absl::Status status = RemoveTree(t.Path("x"));
  EXPECT_TRUE(status.ok()) << status;
  EXPECT_FALSE(Exists(t.Path("x")));
}

TEST(RemoveTree, DoesNotFollowLinks) {
  TempTree t;
  t.File("kept/file", "1");
  t.Link("x/link", t.Path("kept"));
  t.Link("link", t.Path("kept"));
  EXPECT_TRUE(RemoveTree(t.Path("x")).ok());
  EXPECT_TRUE(RemoveTree(t.Path("link")).ok());
  EXPECT_FALSE(Exists(t.Path("link")));
  EXPECT_TRUE(Exists(t.Path("kept/file")));
}

TEST(RemoveTree, AFile) {
  TempTree t;
  t.File("x", "1");
  EXPECT_TRUE(RemoveTree(t.Path("x")).ok());
  EXPECT_FALSE(Exists(t.Path("x")));
}

TEST(RemoveTree, SaysWhatItCannotRemove) {
  TempTree t;
  EXPECT_EQ(RemoveTree(t.Path("x")).message(),
            absl::StrCat("cannot remove '", t.Path("x"),
                         "': No such file or directory"));
}

}  // namespace
}  // namespace relocatable
