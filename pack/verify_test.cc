#include "pack/verify.h"

#include <sys/stat.h>
#include <unistd.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "pack/output.h"
#include "pack/read_pack.h"
#include "pack/store_plan.h"
#include "pack/temp_store.h"

namespace relocatable {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::StartsWith;

// A pack of one item with a program and a file, written to a directory.
class VerifyPackTest : public ::testing::Test {
 protected:
  void SetUp() override {
    store_.File(hello_, "bin/hello", "elf", 0555);
    store_.File(hello_, "data", "data");
    store_.Register();
    absl::StatusOr<Plan> plan =
        PlanStorePack({.sources = {hello_},
                       .tool = {store_.tree().File("tool", "binary", 0755)},
                       .root = store_.tree().root()});
    ASSERT_TRUE(plan.ok()) << plan.status();
    const absl::Status written =
        WritePack(*plan, PackFormats()[0], 0, pack_, {});
    ASSERT_TRUE(written.ok()) << written;
    item_ = absl::StrCat("root", hello_);
    ASSERT_EQ(chmod((pack_ + "/" + item_).c_str(), 0755), 0);
    ASSERT_EQ(chmod((pack_ + "/" + item_ + "/data").c_str(), 0644), 0);
  }

  std::vector<std::string> Differences() {
    const absl::StatusOr<Manifest> manifest = ReadPackManifest(pack_);
    if (!manifest.ok()) return {std::string(manifest.status().message())};
    std::vector<std::string> differences;
    VerifyPack(pack_, *manifest,
               [&](absl::string_view path, absl::string_view what) {
                 differences.push_back(absl::StrCat(path, " ", what));
               });
    return differences;
  }

  void Write(const std::string& path, const std::string& content) {
    const std::string whole = pack_ + "/" + path;
    FILE* const file = fopen(whole.c_str(), "w");
    ASSERT_NE(file, nullptr) << whole;
    fputs(content.c_str(), file);
    fclose(file);
  }

  TempStore store_;
  const std::string hello_ = store_.Item("hello");
  const std::string pack_ = store_.tree().Path("pack");
  std::string item_;
};

TEST_F(VerifyPackTest, APackAsWrittenHasNoDifference) {
  EXPECT_THAT(Differences(), IsEmpty());
  EXPECT_TRUE(ReadPackLaunch(pack_).ok());
}

TEST_F(VerifyPackTest, OneByteOfAnItem) {
  Write(item_ + "/data", "dato");
  EXPECT_THAT(Differences(),
              ElementsAre(StartsWith(item_ + " has the NAR hash sha256:")));
}

TEST_F(VerifyPackTest, AModeAndALinkOfAnItem) {
  ASSERT_EQ(chmod((pack_ + "/" + item_ + "/data").c_str(), 0755), 0);
  EXPECT_THAT(Differences(),
              ElementsAre(StartsWith(item_ + " has the NAR hash sha256:")));
  ASSERT_EQ(chmod((pack_ + "/" + item_ + "/data").c_str(), 0644), 0);
  EXPECT_THAT(Differences(), IsEmpty());
  ASSERT_EQ(symlink("data", (pack_ + "/" + item_ + "/link").c_str()), 0);
  EXPECT_THAT(Differences(),
              ElementsAre(StartsWith(item_ + " has the NAR hash sha256:")));
}

TEST_F(VerifyPackTest, ThePacksOwnFiles) {
  Write("relocatable", "binarx");
  Write("launch", "too short");
  EXPECT_THAT(Differences(),
              ElementsAre(StartsWith("launch has 9 bytes (packed: "),
                          StartsWith("relocatable has the SHA-256 ")));
  EXPECT_EQ(ReadPackLaunch(pack_).status().message(),
            absl::StrCat("'", pack_, "/launch' is no launch table of a pack"));
  ASSERT_EQ(unlink((pack_ + "/launch").c_str()), 0);
  ASSERT_EQ(mkfifo((pack_ + "/launch").c_str(), 0644), 0);
  EXPECT_THAT(Differences(),
              ElementsAre("launch is no file",
                          StartsWith("relocatable has the SHA-256 ")));
  EXPECT_EQ(ReadPackLaunch(pack_).status().message(),
            absl::StrCat("'", pack_, "/launch' is no file"));
}

TEST_F(VerifyPackTest, NamesAndWhatIsMissing) {
  const std::string name = pack_ + "/bin/hello";
  ASSERT_EQ(unlink(name.c_str()), 0);
  EXPECT_THAT(Differences(), ElementsAre("bin/hello is missing"));
  ASSERT_EQ(symlink("/bin/sh", name.c_str()), 0);
  EXPECT_THAT(Differences(),
              ElementsAre("bin/hello is no link to '../relocatable'"));
}

TEST_F(VerifyPackTest, WhatLiesBesideTheItems) {
  Write("root/gnu/store/stranger", "");
  EXPECT_THAT(Differences(),
              ElementsAre("root/gnu/store/stranger is not in the manifest"));
}

TEST_F(VerifyPackTest, OtherManifests) {
  Write("manifest.json", "{");
  EXPECT_THAT(Differences(), ElementsAre(absl::StrCat("'", pack_,
                                                      "/manifest.json' is not "
                                                      "JSON (at byte 2)")));
  ASSERT_EQ(unlink((pack_ + "/manifest.json").c_str()), 0);
  EXPECT_THAT(Differences(),
              ElementsAre(absl::StrCat("cannot open '", pack_,
                                       "/manifest.json': No such file or "
                                       "directory")));
  ASSERT_EQ(truncate((pack_ + "/launch").c_str(), 0), 0);
  ASSERT_EQ(symlink("launch", (pack_ + "/manifest.json").c_str()), 0);
  ASSERT_EQ(truncate((pack_ + "/launch").c_str(), (256 << 20) + 1), 0);
  EXPECT_THAT(Differences(),
              ElementsAre(absl::StrCat("'", pack_,
                                       "/manifest.json' is too large "
                                       "(268435457 bytes; at most "
                                       "268435456)")));
}

}  // namespace
}  // namespace relocatable
