#include "pack/staging.h"

#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/files.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "pack/temp_tree.h"

namespace relocatable {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::MatchesRegex;
using ::testing::SizeIs;

std::vector<std::string> Names(const std::string& dir) {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(dir)) {
    names.push_back(entry.path().filename());
  }
  return names;
}

mode_t Mode(const std::string& path) {
  struct stat st = {};
  stat(path.c_str(), &st);
  return st.st_mode & 07777;
}

TEST(Staging, ADirectoryAppearsWhenItIsPublished) {
  TempTree t;
  absl::StatusOr<Staging> staging = Staging::Directory(t.Path("out"));
  ASSERT_TRUE(staging.ok()) << staging.status();
  EXPECT_THAT(Names(t.root()), ElementsAre(MatchesRegex("out\\.tmp-......")));
  EXPECT_EQ(Mode(staging->path()), 0700);
  ASSERT_TRUE(WriteFile(staging->path() + "/x", "1", 0444).ok());
  ASSERT_TRUE(staging->Publish().ok());
  EXPECT_THAT(Names(t.root()), ElementsAre("out"));
  EXPECT_THAT(Names(t.Path("out")), ElementsAre("x"));
}

TEST(Staging, AFileHasTheUmasksMode) {
  TempTree t;
  const mode_t old = umask(027);
  absl::StatusOr<Staging> staging = Staging::File(t.Path("out.tar"));
  umask(old);
  ASSERT_TRUE(staging.ok()) << staging.status();
  ASSERT_TRUE(WriteAll(staging->fd(), "bytes", "out.tar").ok());
  ASSERT_TRUE(staging->Publish().ok());
  EXPECT_THAT(Names(t.root()), ElementsAre("out.tar"));
  EXPECT_EQ(*ReadFile(t.Path("out.tar")), "bytes");
  EXPECT_EQ(Mode(t.Path("out.tar")), 0640);
}

TEST(Staging, WhatIsNotPublishedIsRemoved) {
  TempTree t;
  {
    absl::StatusOr<Staging> dir = Staging::Directory(t.Path("dir"));
    ASSERT_TRUE(dir.ok());
    const std::string below = dir->path() + "/a";
    ASSERT_EQ(mkdir(below.c_str(), 0700), 0);
    ASSERT_TRUE(WriteFile(below + "/f", "1", 0444).ok());
    ASSERT_EQ(symlink(t.Path("kept").c_str(), (below + "/l").c_str()), 0);
    ASSERT_EQ(chmod(below.c_str(), 0555), 0);
    absl::StatusOr<Staging> file = Staging::File(t.Path("file"));
    ASSERT_TRUE(file.ok());
    t.File("kept", "");
    EXPECT_THAT(Names(t.root()), SizeIs(3));
  }
  EXPECT_THAT(Names(t.root()), ElementsAre("kept"));
}

TEST(Staging, MovingItDoesNotRemoveIt) {
  TempTree t;
  absl::StatusOr<Staging> staging = Staging::Directory(t.Path("out"));
  ASSERT_TRUE(staging.ok());
  Staging moved = *std::move(staging);
  ASSERT_TRUE(moved.Publish().ok());
  EXPECT_THAT(Names(t.root()), ElementsAre("out"));
}

TEST(Staging, NothingIsOverwritten) {
  TempTree t;
  t.File("file", "old");
  t.Dir("dir");
  t.Link("dangling", "nowhere");
  for (const char* name : {"file", "dir", "dir///", "dangling"}) {
    const std::string out = t.Path(name);
    EXPECT_EQ(Staging::Directory(out).status().code(),
              absl::StatusCode::kAlreadyExists)
        << name;
    EXPECT_EQ(Staging::File(out).status().code(),
              absl::StatusCode::kAlreadyExists)
        << name;
  }
  EXPECT_EQ(Staging::File(t.Path("file")).status().message(),
            absl::StrCat("'", t.Path("file"),
                         "': exists already (remove it, or choose another "
                         "name with -o)"));
}

TEST(Staging, NotEvenWhatAppearedMeanwhile) {
  TempTree t;
  absl::StatusOr<Staging> dir = Staging::Directory(t.Path("out"));
  ASSERT_TRUE(dir.ok());
  t.Dir("out");  // rename(2) alone would replace an empty directory
  EXPECT_EQ(dir->Publish().code(), absl::StatusCode::kAlreadyExists);
  absl::StatusOr<Staging> file = Staging::File(t.Path("out2"));
  ASSERT_TRUE(file.ok());
  t.File("out2", "new");
  EXPECT_EQ(file->Publish().code(), absl::StatusCode::kAlreadyExists);
  EXPECT_EQ(*ReadFile(t.Path("out2")), "new");
}

TEST(Staging, ALongNameLeavesNoRoomForTheSuffixAndIsCut) {
  TempTree t;
  const std::string name(255, 'n');
  absl::StatusOr<Staging> staging = Staging::Directory(t.Path(name));
  ASSERT_TRUE(staging.ok()) << staging.status();
  ASSERT_TRUE(staging->Publish().ok());
  EXPECT_THAT(Names(t.root()), ElementsAre(name));
}

TEST(Staging, ATrailingSlashIsNoNameOfItsOwn) {
  TempTree t;
  absl::StatusOr<Staging> staging = Staging::Directory(t.Path("out//"));
  ASSERT_TRUE(staging.ok()) << staging.status();
  ASSERT_TRUE(staging->Publish().ok());
  EXPECT_THAT(Names(t.root()), ElementsAre("out"));
}

TEST(Staging, SaysWhereItCannotCreate) {
  TempTree t;
  const std::string out = t.Path("missing/out");
  EXPECT_EQ(
      Staging::Directory(out).status().message(),
      absl::StrCat("cannot create '", out, "': No such file or directory"));
  t.File("file", "");
  EXPECT_EQ(Staging::File(t.Path("file/out")).status().message(),
            absl::StrCat("cannot create '", t.Path("file/out"),
                         "': Not a directory"));
  EXPECT_THAT(Names(t.root()), ElementsAre("file"));
}

}  // namespace
}  // namespace relocatable
