#include "pack/tree_walk.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "pack/temp_tree.h"

namespace relocatable {
namespace {

using ::testing::ElementsAre;
using ::testing::EndsWith;

bool Everything(absl::string_view) { return true; }

std::string Say(const TreeEntry& e) {
  switch (e.type) {
    case TreeEntry::kDirectory:
      return absl::StrCat("(", e.path);
    case TreeEntry::kDirectoryEnd:
      return absl::StrCat(e.path, ")");
    case TreeEntry::kSymlink:
      return absl::StrCat(e.path, "->", e.link);
    case TreeEntry::kFile:
      return std::string(e.path);
  }
  return "?";
}

struct Seen {
  absl::Status status;
  std::vector<std::string> entries;
};

Seen Walk(const std::string& root, TreeFilter keep = Everything) {
  Seen seen;
  seen.status = WalkTree(root, keep, [&](const TreeEntry& e) {
    seen.entries.push_back(Say(e));
    return absl::OkStatus();
  });
  return seen;
}

TEST(WalkTree, DirectoriesFirstThenByBytes) {
  TempTree t;
  for (const char* name : {"b/x", "b.c", "a", "\xc3\xa9", "B", "b/a/y"}) {
    t.File(name, "");
  }
  t.Link("l", "b/x");
  t.Dir("empty");
  const Seen seen = Walk(t.root());
  ASSERT_TRUE(seen.status.ok()) << seen.status;
  EXPECT_THAT(seen.entries, ElementsAre("(", "B", "a", "(b", "(b/a", "b/a/y",
                                        "b/a)", "b/x", "b)", "b.c", "(empty",
                                        "empty)", "l->b/x", "\xc3\xa9", ")"));
}

TEST(WalkTree, RootMayBeAFileOrALink) {
  TempTree t;
  t.File("file", "x");
  t.Link("link", "nowhere");
  EXPECT_THAT(Walk(t.Path("file")).entries, ElementsAre(""));
  EXPECT_THAT(Walk(t.Path("link")).entries, ElementsAre("->nowhere"));
}

TEST(WalkTree, LeavesOutWhatIsNotKept) {
  TempTree t;
  for (const char* name : {"doc/x", "lib/doc", "lib/x"}) t.File(name, "");
  EXPECT_THAT(
      Walk(t.root(), [](absl::string_view p) { return p != "doc"; }).entries,
      ElementsAre("(", "(lib", "lib/doc", "lib/x", "lib)", ")"));
}

TEST(WalkTree, OpensWhatItVisits) {
  TempTree t;
  t.File("d/file", "x");
  t.Link("d/link", "file");
  int files = 0;
  const absl::Status status =
      WalkTree(t.root(), Everything, [&](const TreeEntry& e) {
        if (e.type == TreeEntry::kFile) {
          EXPECT_TRUE(OpenTreeEntry(e).ok());
          ++files;
        } else if (e.type == TreeEntry::kSymlink) {
          EXPECT_FALSE(OpenTreeEntry(e).ok());
        }
        return absl::OkStatus();
      });
  EXPECT_TRUE(status.ok()) << status;
  EXPECT_EQ(files, 1);
}

TEST(WalkTree, StopsAtTheVisitorsError) {
  TempTree t;
  t.File("a", "");
  t.File("b", "");
  int calls = 0;
  const absl::Status status =
      WalkTree(t.root(), Everything, [&](const TreeEntry& e) {
        ++calls;
        return e.path == "a" ? absl::AbortedError("enough") : absl::OkStatus();
      });
  EXPECT_EQ(status, absl::AbortedError("enough"));
  EXPECT_EQ(calls, 2);
}

TEST(WalkTree, NamesWhatItCannotRead) {
  TempTree t;
  EXPECT_EQ(Walk(t.Path("none")).status,
            absl::NotFoundError(absl::StrCat("cannot read '", t.Path("none"),
                                             "': No such file or directory")));
  ASSERT_EQ(mkfifo(t.Path("pipe").c_str(), 0600), 0);
  EXPECT_EQ(Walk(t.root()).status,
            absl::InvalidArgumentError(absl::StrCat(
                "'", t.Path("pipe"),
                "': is a socket, a pipe or a device (a pack holds directories, "
                "files and symbolic links)")));
}

TEST(WalkTree, PathsSurviveDeepTrees) {
  TempTree t;
  std::string deep;
  for (int i = 0; i < 100; ++i) absl::StrAppend(&deep, "directory", i, "/");
  t.File(deep + "end", "");
  const Seen seen = Walk(t.root());
  ASSERT_TRUE(seen.status.ok()) << seen.status;
  EXPECT_EQ(seen.entries.size(), 2u * 101 + 1);
  EXPECT_EQ(seen.entries[101], deep + "end");
  EXPECT_THAT(seen.entries[102], EndsWith("directory99)"));
}

}  // namespace
}  // namespace relocatable
