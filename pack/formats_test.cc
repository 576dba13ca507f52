// gzip and zstd: what we compress, the programs of that name decompress.
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "base/subprocess.h"
#include "gtest/gtest.h"
#include "pack/block_sink.h"
#include "pack/gzip_format.h"
#include "pack/string_sink.h"
#include "pack/zstd_format.h"

namespace relocatable {
namespace {

// Bytes that compress somewhat, unlike in each part; the same every time.
std::string Sample(size_t size) {
  std::string sample;
  uint32_t state = 1;
  while (sample.size() < size) {
    state = state * 1664525 + 1013904223;
    absl::StrAppend(&sample, state >> 20, " ", sample.size(), "\n");
  }
  sample.resize(size);
  return sample;
}

struct Case {
  const char* name;
  std::function<std::unique_ptr<BlockFormat>()> format;
  const char* program;
};

class Formats : public ::testing::TestWithParam<Case> {
 protected:
  static std::string Compressed(const std::string& input, int threads) {
    const std::unique_ptr<BlockFormat> format = GetParam().format();
    StringSink out(4096);
    const std::unique_ptr<Sink> sink = NewBlockSink(*format, threads, out);
    EXPECT_TRUE(sink->Write(input).ok());
    EXPECT_TRUE(sink->Finish().ok());
    return out.bytes;
  }

  static std::string Decompressed(const std::string& bytes) {
    const Finished program =
        RunProgram({GetParam().program, "-dc"}, {.input = bytes});
    EXPECT_EQ(program.status, 0) << program.err;
    EXPECT_EQ(program.err, "");
    return program.out;
  }
};

TEST_P(Formats, TheProgramOfThatNameReadsIt) {
  const size_t block = GetParam().format()->block_size();
  for (const size_t size : {size_t{1}, block + 1}) {
    const std::string input = Sample(size);
    const std::string bytes = Compressed(input, 2);
    EXPECT_TRUE(Decompressed(bytes) == input) << size;
    EXPECT_LT(bytes.size(), size / 2 + 50);
  }
}

TEST_P(Formats, IncompressibleInput) {
  std::string input;
  uint64_t state = 88172645463325252;
  while (input.size() < (2 << 20)) {
    state ^= state << 13, state ^= state >> 7, state ^= state << 17;
    input.append(reinterpret_cast<const char*>(&state), sizeof(state));
  }
  EXPECT_TRUE(Decompressed(Compressed(input, 2)) == input);
}

TEST_P(Formats, TheOutputDoesNotDependOnTheThreads) {
  const std::string input = Sample(GetParam().format()->block_size() * 3 / 2);
  const std::string one = Compressed(input, 1);
  EXPECT_TRUE(Compressed(input, 0) == one);
  EXPECT_TRUE(Compressed(input, 2) == one);
  EXPECT_TRUE(Compressed(input, 8) == one);
}

INSTANTIATE_TEST_SUITE_P(
    All, Formats,
    ::testing::Values(Case{"gzip1", [] { return NewGzipFormat(1); }, "gzip"},
                      Case{"gzip6", [] { return NewGzipFormat(6); }, "gzip"},
                      Case{"zstd1", [] { return NewZstdFormat(1); }, "zstd"},
                      Case{"zstd3", [] { return NewZstdFormat(3); }, "zstd"}),
    [](const ::testing::TestParamInfo<Case>& i) { return i.param.name; });

TEST(GzipFormat, AMemberWithoutNameOrTime) {
  const std::unique_ptr<BlockFormat> format = NewGzipFormat(6);
  EXPECT_EQ(format->Header(), std::string("\x1f\x8b\x08\0\0\0\0\0\0\xff", 10));
  // What `gzip -n </dev/null` ends with, too.
  EXPECT_EQ(format->Trailer(), std::string("\x03\0\0\0\0\0\0\0\0\0", 10));
}

TEST(ZstdFormat, AHigherLevelIsSmaller) {
  const std::string text = Sample(100 << 10);
  CompressedBlock low, high;
  ASSERT_TRUE(NewZstdFormat(1)->NewCompressor()->Compress("", text, low).ok());
  ASSERT_TRUE(NewZstdFormat(kZstdMaxLevel)
                  ->NewCompressor()
                  ->Compress("", text, high)
                  .ok());
  EXPECT_LT(high.size, low.size);
}

// The dictionary is what makes a block of gzip see the one before it.
TEST(GzipFormat, ABlockSeesTheOneBefore) {
  const std::unique_ptr<BlockCompressor> compressor =
      NewGzipFormat(6)->NewCompressor();
  const std::string text = Sample(16 << 10);
  CompressedBlock alone, after;
  ASSERT_TRUE(compressor->Compress("", text, alone).ok());
  ASSERT_TRUE(compressor->Compress(text, text, after).ok());
  EXPECT_LT(after.size, alone.size / 4);
}

}  // namespace
}  // namespace relocatable
