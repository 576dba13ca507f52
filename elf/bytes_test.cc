#include "elf/bytes.h"

#include "gtest/gtest.h"

namespace relocatable {
namespace {

constexpr uint64_t kMax = UINT64_MAX;

TEST(CheckBounds, SaysWhatWouldLieOutside) {
  EXPECT_EQ(std::string(CheckBounds(0, 64, 4, "the ELF header").message()),
            "ends at 4, before the end of the ELF header (64 bytes at 0)");
}

struct BoundsCase {
  const char* name;
  uint64_t offset, size, limit;
  bool inside;
};

class Bounds : public ::testing::TestWithParam<BoundsCase> {};

TEST_P(Bounds, Hold) {
  const BoundsCase& c = GetParam();
  EXPECT_EQ(CheckBounds(c.offset, c.size, c.limit, "it").ok(), c.inside);
}

INSTANTIATE_TEST_SUITE_P(
    Cases, Bounds,
    ::testing::Values(BoundsCase{"Whole", 0, 10, 10, true},
                      BoundsCase{"EmptyAtEnd", 10, 0, 10, true},
                      BoundsCase{"EmptyBehindEnd", 11, 0, 10, false},
                      BoundsCase{"OneTooMany", 1, 10, 10, false},
                      BoundsCase{"SizeWraps", 2, kMax, 10, false},
                      BoundsCase{"OffsetWraps", kMax, 2, 10, false},
                      BoundsCase{"BothWrap", kMax, kMax, 10, false},
                      BoundsCase{"NothingOfNothing", 0, 0, 0, true}),
    [](const ::testing::TestParamInfo<BoundsCase>& i) { return i.param.name; });

TEST(Saturating, NeverWraps) {
  EXPECT_EQ(SaturatingAdd(kMax, 1), kMax);
  EXPECT_EQ(SaturatingAdd(kMax - 1, 1), kMax);
  EXPECT_EQ(SaturatingMultiply(kMax, 2), kMax);
  EXPECT_EQ(SaturatingMultiply(65535, 56), 65535u * 56);
  EXPECT_EQ(AlignUp(9, 8), 16u);
  EXPECT_EQ(AlignUp(16, 8), 16u);
  EXPECT_GE(AlignUp(kMax, 8), kMax - 7);
}

TEST(Bytes, NumbersInBothOrders) {
  const absl::string_view data("\x01\x02\x03\x04\x05\x06\x07\x80", 8);
  EXPECT_EQ(*Bytes(data).Number(1, 2, ""), 0x0302u);
  EXPECT_EQ(*Bytes(data, ByteOrder::kBig).Number(1, 2, ""), 0x0203u);
  EXPECT_EQ(*Bytes(data).Number(0, 8, ""), 0x8007060504030201u);
  EXPECT_FALSE(Bytes(data).Number(1, 8, "").ok());
}

TEST(Bytes, SubKeepsTheByteOrder) {
  const Bytes all("\x01\x02\x03", ByteOrder::kBig);
  EXPECT_EQ(*all.Sub(1, 2, "")->Number(0, 2, ""), 0x0203u);
}

TEST(Bytes, StringsEndWithinTheBytes) {
  const absl::string_view data("ab\0cd", 5);
  EXPECT_EQ(*Bytes(data).CString(1, ""), "b");
  EXPECT_EQ(*Bytes(data).CString(2, ""), "");
  EXPECT_EQ(
      std::string(Bytes(data).CString(3, "the soname").status().message()),
      "has no NUL behind the soname at 3");
  EXPECT_EQ(
      std::string(Bytes(data).CString(5, "the soname").status().message()),
      "ends at 5, before the end of the soname (1 bytes at 5)");
}

TEST(FieldReader, RemembersTheFirstFieldOutside) {
  FieldReader fields(Bytes("\x01\x02\x03"), 0, "a note");
  EXPECT_EQ(fields.U16(), 0x0201u);
  EXPECT_TRUE(fields.status().ok());
  EXPECT_EQ(fields.U32(), 0u);
  EXPECT_EQ(fields.U64(), 0u);
  EXPECT_EQ(std::string(fields.status().message()),
            "ends at 3, before the end of a note (4 bytes at 2)");
}

}  // namespace
}  // namespace relocatable
