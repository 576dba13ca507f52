#include "pack/tar_header.h"

#include <cstdlib>
#include <numeric>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace relocatable {
namespace {

// The bytes of a field, up to its first NUL.
std::string Field(const std::string& blocks, size_t offset, size_t size) {
  const std::string field = blocks.substr(offset, size);
  return field.substr(0, field.find('\0'));
}

std::string Block(const std::string& blocks, size_t i) {
  return blocks.substr(i * kTarBlock, kTarBlock);
}

// As a reader checks it: the sum of all bytes, the field itself as spaces.
bool ChecksumIsRight(std::string block) {
  const long said = strtol(Field(block, 148, 8).c_str(), nullptr, 8);
  block.replace(148, 8, "        ");
  long sum = 0;
  for (const char c : block) sum += static_cast<unsigned char>(c);
  return said == sum;
}

TEST(EncodeTarHeader, AnOrdinaryFileIsOneBlock) {
  const std::string block = EncodeTarHeader({.path = "p/bin/hello",
                                             .type = TarHeader::kFile,
                                             .mode = 0555,
                                             .size = 1234,
                                             .mtime = 1});
  ASSERT_EQ(block.size(), kTarBlock);
  EXPECT_EQ(Field(block, 0, 100), "p/bin/hello");
  EXPECT_EQ(Field(block, 100, 8), "0000555");
  EXPECT_EQ(Field(block, 108, 8), "0000000");  // uid
  EXPECT_EQ(Field(block, 116, 8), "0000000");  // gid
  EXPECT_EQ(Field(block, 124, 12), "00000002322");
  EXPECT_EQ(Field(block, 136, 12), "00000000001");
  EXPECT_EQ(block[156], '0');
  EXPECT_EQ(Field(block, 157, 100), "");
  EXPECT_EQ(block.substr(257, 8), std::string("ustar  \0", 8));
  EXPECT_EQ(Field(block, 265, 32), "root");
  EXPECT_EQ(Field(block, 297, 32), "root");
  EXPECT_TRUE(ChecksumIsRight(block));
}

TEST(EncodeTarHeader, TheChecksumCountsBytesAsUnsigned) {
  EXPECT_TRUE(ChecksumIsRight(EncodeTarHeader({.path = "\xff\xfe\x80"})));
}

TEST(EncodeTarHeader, ANameOf100BytesFits) {
  const std::string name(100, 'n');
  const std::string block = EncodeTarHeader({.path = name});
  ASSERT_EQ(block.size(), kTarBlock);
  EXPECT_EQ(block.substr(0, 100), name);
}

struct LongCase {
  const char* name;
  size_t size;
  size_t blocks;  // header, text, header
};

class LongText : public ::testing::TestWithParam<LongCase> {};

TEST_P(LongText, StandsInAnEntryOfItsOwn) {
  const std::string text(GetParam().size, 'n');
  const std::string blocks = EncodeTarHeader({.path = text});
  ASSERT_EQ(blocks.size(), GetParam().blocks * kTarBlock);
  EXPECT_EQ(Field(blocks, 0, 100), "././@LongLink");
  EXPECT_EQ(blocks[156], 'L');
  EXPECT_EQ(strtoul(Field(blocks, 124, 12).c_str(), nullptr, 8),
            text.size() + 1);
  EXPECT_EQ(Field(blocks, kTarBlock, blocks.size() - 2 * kTarBlock), text);
  const std::string last = Block(blocks, GetParam().blocks - 1);
  EXPECT_EQ(last.substr(0, 100), text.substr(0, 100));
  EXPECT_EQ(last[156], '0');
  EXPECT_TRUE(ChecksumIsRight(Block(blocks, 0)));
  EXPECT_TRUE(ChecksumIsRight(last));
}

INSTANTIATE_TEST_SUITE_P(
    Sizes, LongText,
    ::testing::Values(LongCase{"JustTooLong", 101, 3},
                      LongCase{"FillsItsBlockWithTheNul", 511, 3},
                      LongCase{"FillsItsBlockWithoutTheNul", 512, 4},
                      LongCase{"LongestPath", 4095, 10}),
    [](const ::testing::TestParamInfo<LongCase>& i) { return i.param.name; });

TEST(EncodeTarHeader, ALongLinkComesBeforeALongName) {
  const std::string name(150, 'n'), link(151, 'l');
  const std::string blocks = EncodeTarHeader(
      {.path = name, .link = link, .type = TarHeader::kSymlink});
  ASSERT_EQ(blocks.size(), 5 * kTarBlock);
  EXPECT_EQ(blocks[156], 'K');
  EXPECT_EQ(Field(blocks, kTarBlock, kTarBlock), link);
  EXPECT_EQ(blocks[2 * kTarBlock + 156], 'L');
  EXPECT_EQ(Field(blocks, 3 * kTarBlock, kTarBlock), name);
  EXPECT_EQ(blocks[4 * kTarBlock + 156], '2');
}

TEST(EncodeTarHeader, SizesFrom8GiBAreBinary) {
  const uint64_t limit = uint64_t{8} << 30;
  const std::string below = EncodeTarHeader({.path = "x", .size = limit - 1});
  EXPECT_EQ(below.substr(124, 12), std::string("77777777777\0", 12));
  const std::string above = EncodeTarHeader({.path = "x", .size = limit});
  EXPECT_EQ(above.substr(124, 12),
            std::string("\x80\0\0\0\0\0\0\2\0\0\0\0", 12));
  EXPECT_TRUE(ChecksumIsRight(above));
}

}  // namespace
}  // namespace relocatable
