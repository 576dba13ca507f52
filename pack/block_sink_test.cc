#include "pack/block_sink.h"

#include <algorithm>
#include <atomic>
#include <cstring>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "pack/string_sink.h"

namespace relocatable {
namespace {

using ::testing::ElementsAre;

// "[before|block]", so that a test sees what each block was made of.
class Bracket : public BlockCompressor {
 public:
  absl::Status Compress(absl::string_view before, absl::string_view block,
                        CompressedBlock& out) override {
    if (block == "bad!") return absl::InternalError("bad block");
    const std::string text = absl::StrCat("[", before, "|", block, "]");
    out.Reserve(text.size());
    memcpy(out.bytes.get(), text.data(), text.size());
    out.size = text.size();
    out.check = block[0];
    return absl::OkStatus();
  }
};

class BracketFormat : public BlockFormat {
 public:
  size_t block_size() const override { return 4; }
  size_t before_size() const override { return 2; }
  std::string Header() const override { return "<"; }
  std::unique_ptr<BlockCompressor> NewCompressor() const override {
    ++compressors;
    return std::make_unique<Bracket>();
  }
  void Join(uint32_t check, size_t size) override {
    joined.push_back(absl::StrCat(std::string(1, check), size));
  }
  std::string Trailer() const override { return ">"; }

  std::vector<std::string> joined;
  mutable std::atomic<int> compressors{0};
};

class BlockSinkThreads : public ::testing::TestWithParam<int> {};

TEST_P(BlockSinkThreads, BlocksAreCutTheSameAndStayInOrder) {
  BracketFormat format;
  StringSink out;
  const std::unique_ptr<Sink> sink = NewBlockSink(format, GetParam(), out);
  ASSERT_TRUE(sink->Write("ab").ok());
  ASSERT_TRUE(sink->Write("cdefghij").ok());
  ASSERT_TRUE(sink->Write("").ok());
  ASSERT_TRUE(sink->Write("klm").ok());
  ASSERT_TRUE(sink->Finish().ok());
  EXPECT_EQ(out.bytes, "<[|abcd][cd|efgh][gh|ijkl][kl|m]>");
  EXPECT_THAT(format.joined, ElementsAre("a4", "e4", "i4", "m1"));
  EXPECT_EQ(out.finished, 1);
}

TEST_P(BlockSinkThreads, ManyBlocks) {
  std::string input, expected = "<";
  for (int i = 0; i < 1000; ++i) {
    const std::string block = absl::StrCat(1000 + i);
    absl::StrAppend(&expected, "[",
                    i == 0 ? "" : input.substr(input.size() - 2), "|", block,
                    "]");
    input += block;
  }
  BracketFormat format;
  StringSink out;
  const std::unique_ptr<Sink> sink = NewBlockSink(format, GetParam(), out);
  ASSERT_TRUE(sink->Write(input).ok());
  ASSERT_TRUE(sink->Finish().ok());
  EXPECT_EQ(out.bytes, expected + ">");
  EXPECT_LE(format.compressors, std::max(1, GetParam()));
}

TEST_P(BlockSinkThreads, NothingIsAHeaderAndATrailer) {
  BracketFormat format;
  StringSink out;
  ASSERT_TRUE(NewBlockSink(format, GetParam(), out)->Finish().ok());
  EXPECT_EQ(out.bytes, "<>");
}

TEST_P(BlockSinkThreads, AnErrorOfACompressorEndsIt) {
  BracketFormat format;
  StringSink out;
  const std::unique_ptr<Sink> sink = NewBlockSink(format, GetParam(), out);
  absl::Status status = sink->Write("goodbad!goodgood");
  if (status.ok()) status = sink->Finish();
  EXPECT_EQ(status.message(), "bad block");
  EXPECT_EQ(out.bytes, "<[|good]");
  EXPECT_EQ(out.finished, 0);
}

TEST_P(BlockSinkThreads, AnErrorOfTheNextSinkEndsIt) {
  BracketFormat format;
  StringSink out;
  out.full_at = 10;
  const std::unique_ptr<Sink> sink = NewBlockSink(format, GetParam(), out);
  EXPECT_EQ(sink->Write(std::string(1000, 'x')).message(), "full");
}

TEST_P(BlockSinkThreads, CanBeLeftUnfinished) {
  BracketFormat format;
  StringSink out;
  const std::unique_ptr<Sink> sink = NewBlockSink(format, GetParam(), out);
  EXPECT_TRUE(sink->Write("abcdefghijk").ok());
}

INSTANTIATE_TEST_SUITE_P(Threads, BlockSinkThreads,
                         ::testing::Values(0, 1, 2, 8),
                         ::testing::PrintToStringParamName());

TEST(HelperThreads, IsBetweenOneAndEight) {
  EXPECT_GE(HelperThreads(), 1);
  EXPECT_LE(HelperThreads(), 8);
}

}  // namespace
}  // namespace relocatable
