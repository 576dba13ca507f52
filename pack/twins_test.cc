// The twins of this machine's C library, and their index.
#include "pack/twins.h"

#include <cstring>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "base/files.h"
#include "engines/intercept/twin_index.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "pack/temp_tree.h"

namespace relocatable {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr char kLibc[] = "/lib/x86_64-linux-gnu/libc.so.6";

// In memory that is aligned as a mapped file is.
std::vector<uint64_t> Aligned(const std::string& bytes) {
  std::vector<uint64_t> words((bytes.size() + 7) / 8);
  memcpy(words.data(), bytes.data(), bytes.size());
  return words;
}

class PackTwins : public ::testing::Test {
 protected:
  void SetUp() override {
    const absl::StatusOr<std::string> read = ReadFile(kLibc);
    ASSERT_TRUE(read.ok()) << read.status();
    libc_ = *read;
    path_ = tree_.File("libc.so.6", libc_);
  }

  TempTree tree_;
  std::string libc_, path_;
};

TEST_F(PackTwins, AreTheOriginalsCodeWithItsEdits) {
  const std::vector<PackTwin> twins =
      MakeTwins({{"/gnu/store/x/libc.so.6", path_}});
  ASSERT_THAT(twins, SizeIs(1));
  const PackTwin& twin = twins[0];
  EXPECT_EQ(twin.file_size, libc_.size());
  EXPECT_EQ(twin.begin % 4096, 0u);
  EXPECT_GT(twin.edits.size(), 100u);
  EXPECT_EQ(twin.flags, 0u);
  const absl::StatusOr<std::string> content = TwinContent(twin);
  ASSERT_TRUE(content.ok()) << content.status();
  std::string expected = libc_;
  for (const Edit& edit : twin.edits) {
    expected.replace(edit.offset, edit.bytes.size(), edit.bytes);
  }
  EXPECT_EQ(*content, expected.substr(twin.begin, twin.size));
  EXPECT_NE(*content, libc_.substr(twin.begin, twin.size));
  EXPECT_EQ(twin.code_hash, HashCode(libc_.data() + twin.begin, twin.size));
}

TEST_F(PackTwins, AreNotMadeOfAnOriginalThatHasChanged) {
  const std::vector<PackTwin> twins = MakeTwins({{"/gnu/store/x/l", path_}});
  ASSERT_THAT(twins, SizeIs(1));
  std::string other = libc_;
  other[twins[0].begin + 100] ^= 1;
  ASSERT_EQ(tree_.File("libc.so.6", other), path_);
  const absl::StatusOr<std::string> content = TwinContent(twins[0]);
  EXPECT_EQ(content.status(), absl::AbortedError(absl::StrCat(
                                  "'", path_, "' changed while it was read")));
}

TEST_F(PackTwins, AreMadeOfCodeOnly) {
  EXPECT_THAT(MakeTwins({{"/a", tree_.File("a", "text")},
                         {"/b", tree_.File("b", libc_.substr(0, 5000))},
                         {"/none", "/nonexistent/file"}}),
              IsEmpty());
  EXPECT_EQ(WriteTwinIndex({}), "");
}

TEST_F(PackTwins, AreFoundBySizeAndPath) {
  const std::string bytes = WriteTwinIndex(MakeTwins(
      {{"/gnu/store/b/libc.so.6", path_}, {"/gnu/store/a/libc.so.6", path_}}));
  const std::vector<uint64_t> words = Aligned(bytes);
  TwinIndex index;
  ASSERT_TRUE(TwinIndex::Open(words.data(), bytes.size(), index));
  ASSERT_EQ(index.count(), 2u);
  EXPECT_EQ(index.FirstOfSize(libc_.size()), 0u);
  EXPECT_EQ(index.FirstOfSize(libc_.size() - 1), 2u);
  EXPECT_EQ(index.FirstOfSize(libc_.size() + 1), 2u);
  EXPECT_STREQ(index.path(index.row(0)), "/gnu/store/a/libc.so.6");
  EXPECT_STREQ(index.path(index.row(1)), "/gnu/store/b/libc.so.6");
  EXPECT_EQ(memcmp(index.row(0).sha256, index.row(1).sha256, 32), 0);
  for (size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_FALSE(TwinIndex::Open(words.data(), size, index)) << size;
    EXPECT_EQ(index.count(), 0u);
  }
}

TEST_F(PackTwins, SitesAreCountedByWhatBecameOfThem) {
  const std::map<std::string, uint64_t> counts = CountSites(kLibc);
  EXPECT_GT(counts.at("patched at the number's load"), 80u);
  EXPECT_EQ(counts.count("makes no call of interest"), 0u);
  EXPECT_THAT(CountSites("/nonexistent/file"), IsEmpty());
}

}  // namespace
}  // namespace relocatable
