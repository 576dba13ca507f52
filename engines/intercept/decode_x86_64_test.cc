#include "engines/intercept/decode_x86_64.h"

#include <cstring>
#include <random>
#include <string>
#include <vector>

#include "gtest/gtest.h"

namespace relocatable::x86_64 {
namespace {

using Code = std::vector<uint8_t>;

struct Row {
  const char* name;
  Code code;  // exactly one instruction
  Kind kind = Kind::kPlain;
  int32_t target = 0;
  int rip_at = 0;
};

std::string RowName(const ::testing::TestParamInfo<Row>& info) {
  return info.param.name;
}

class DecodeRow : public ::testing::TestWithParam<Row> {};

TEST_P(DecodeRow, HasItsLengthAndKind) {
  const Row& row = GetParam();
  Code code = row.code;
  code.insert(code.end(), 16, 0xcc);

  const Insn insn = Decode(code.data(), code.size());

  EXPECT_EQ(insn.length, row.code.size());
  EXPECT_EQ(static_cast<int>(insn.kind), static_cast<int>(row.kind));
  EXPECT_EQ(insn.target, row.target);
  EXPECT_EQ(insn.rip_at, row.rip_at);
}

TEST_P(DecodeRow, IsInvalidWhenCutShort) {
  const Code& code = GetParam().code;
  for (size_t size = 0; size < code.size(); ++size) {
    // In memory of its own, so that a sanitizer sees a read too far.
    const Code cut(code.begin(), code.begin() + size);
    const Insn insn = Decode(cut.data(), size);
    EXPECT_EQ(static_cast<int>(insn.kind), static_cast<int>(Kind::kInvalid))
        << size;
    EXPECT_EQ(insn.length, 0);
  }
}

INSTANTIATE_TEST_SUITE_P(
    Valid, DecodeRow,
    ::testing::Values(
        Row{"Syscall", {0x0f, 0x05}, Kind::kSyscall},
        Row{"SyscallWithPrefix", {0x48, 0x0f, 0x05}},
        Row{"MovEax", {0xb8, 1, 2, 3, 4}, Kind::kMovEax},
        Row{"MovEcx", {0xb9, 1, 2, 3, 4}},
        Row{"MovR8d", {0x41, 0xb8, 1, 2, 3, 4}},
        Row{"MovAx", {0x66, 0xb8, 1, 2}},
        Row{"MovRaxImm64", {0x48, 0xb8, 1, 2, 3, 4, 5, 6, 7, 8}},
        Row{"MovRaxSignExtended", {0x48, 0xc7, 0xc0, 1, 2, 3, 4}},
        Row{"MovAbsolute", {0xa1, 1, 2, 3, 4, 5, 6, 7, 8}},
        Row{"MovAbsoluteAddress32", {0x67, 0xa1, 1, 2, 3, 4}},
        Row{"XorEax", {0x31, 0xc0}},
        Row{"LeaRipRelative",
            {0x48, 0x8d, 0x05, 1, 2, 3, 4},
            Kind::kPlain,
            0,
            3},
        Row{"CmpRipRelativeImm8",
            {0x83, 0x3d, 1, 2, 3, 4, 5},
            Kind::kPlain,
            0,
            2},
        Row{"Sib", {0x8b, 0x04, 0x24}}, Row{"SibDisp8", {0x8b, 0x44, 0x24, 8}},
        Row{"SibDisp32", {0x8b, 0x84, 0x24, 1, 2, 3, 4}},
        Row{"SibNoBase", {0x8b, 0x04, 0x25, 1, 2, 3, 4}},
        Row{"SibBaseRbpDisp8", {0x8b, 0x44, 0x05, 8}},
        Row{"TestGroup3Imm8", {0xf6, 0xc1, 1}}, Row{"NotGroup3", {0xf6, 0xd1}},
        Row{"TestGroup3Imm32", {0xf7, 0xc1, 1, 2, 3, 4}},
        Row{"TestGroup3Imm16", {0x66, 0xf7, 0xc1, 1, 2}},
        Row{"NegGroup3", {0x48, 0xf7, 0xd9}}, Row{"ImulImm8", {0x6b, 0xc0, 3}},
        Row{"ImulImm32", {0x69, 0xc0, 1, 2, 3, 4}},
        Row{"PushImm32", {0x68, 1, 2, 3, 4}}, Row{"Enter", {0xc8, 1, 2, 3}},
        Row{"Endbr64", {0xf3, 0x0f, 0x1e, 0xfa}},
        Row{"Nop", {0x90}, Kind::kNop},
        Row{"NopLong",
            {0x66, 0x2e, 0x0f, 0x1f, 0x84, 0, 0, 0, 0, 0},
            Kind::kNop},
        Row{"Pause", {0xf3, 0x90}}, Row{"XchgR8", {0x49, 0x90}},
        Row{"JumpShort", {0xeb, 0xfe}, Kind::kJump, -2},
        Row{"JumpNear", {0xe9, 0, 1, 0, 0}, Kind::kJump, 256},
        Row{"JumpNearBnd", {0xf2, 0xe9, 0, 1, 0, 0}, Kind::kJump, 256},
        Row{"BranchShort", {0x75, 0x10}, Kind::kBranch, 16},
        Row{"BranchNear",
            {0x0f, 0x84, 0xff, 0xff, 0xff, 0xff},
            Kind::kBranch,
            -1},
        Row{"Loop", {0xe2, 0x80}, Kind::kBranch, -128},
        Row{"Jrcxz", {0xe3, 2}, Kind::kBranch, 2},
        Row{"Xbegin", {0xc7, 0xf8, 6, 0, 0, 0}, Kind::kBranch, 6},
        Row{"Xabort", {0xc6, 0xf8, 1}},
        Row{"Call", {0xe8, 5, 0, 0, 0}, Kind::kCall, 5},
        Row{"CallTlsPadded",
            {0x66, 0x66, 0x48, 0xe8, 5, 0, 0, 0},
            Kind::kCall,
            5},
        Row{"CallIndirect", {0xff, 0xd0}, Kind::kIndirectCall},
        Row{"CallThroughGot",
            {0xff, 0x15, 1, 2, 3, 4},
            Kind::kIndirectCall,
            0,
            2},
        Row{"CallFar", {0xff, 0x5c, 0x24, 8}, Kind::kIndirectCall},
        Row{"JumpIndirectNotrack", {0x3e, 0xff, 0xe0}, Kind::kIndirectJump},
        Row{"JumpTable", {0xff, 0x24, 0xc5, 1, 2, 3, 4}, Kind::kIndirectJump},
        Row{"Ret", {0xc3}, Kind::kReturn},
        Row{"RepRet", {0xf3, 0xc3}, Kind::kReturn},
        Row{"RetPop", {0xc2, 8, 0}, Kind::kReturn},
        Row{"Iretq", {0x48, 0xcf}, Kind::kReturn},
        Row{"Ud2", {0x0f, 0x0b}, Kind::kStop},
        Row{"Ud1", {0x67, 0x0f, 0xb9, 0x40, 4}, Kind::kStop},
        Row{"Hlt", {0xf4}, Kind::kStop}, Row{"Int3", {0xcc}},
        Row{"Int80", {0xcd, 0x80}}, Row{"Fwait", {0x9b}},
        Row{"LockCmpxchg",
            {0xf0, 0x0f, 0xb1, 0x0d, 1, 2, 3, 4},
            Kind::kPlain,
            0,
            4},
        Row{"BtsImm8", {0x0f, 0xba, 0xe8, 3}},
        Row{"ShldImm8", {0x0f, 0xa4, 0xc2, 3}},
        Row{"Pshufd", {0x66, 0x0f, 0x70, 0xc0, 0x1b}},
        Row{"Pshufb", {0x66, 0x0f, 0x38, 0x00, 0xc1}},
        Row{"Palignr", {0x66, 0x0f, 0x3a, 0x0f, 0xc1, 8}},
        Row{"MovCr3", {0x0f, 0x22, 0x1c}},  // mod is ignored: no SIB follows
        Row{"Prefetch3DNow", {0x0f, 0x0d, 0x08}},
        Row{"Pfadd3DNow", {0x0f, 0x0f, 0xc1, 0x9e}},
        Row{"ExtrqImm", {0x66, 0x0f, 0x78, 0xc0, 1, 2}},
        Row{"Vmread", {0x0f, 0x78, 0xc0}},
        Row{"Vzeroupper", {0xc5, 0xf8, 0x77}},
        Row{"Vex2Load", {0xc5, 0xfe, 0x6f, 0x06}},
        Row{"Vex2RipRelative",
            {0xc5, 0xfd, 0x6f, 0x05, 1, 2, 3, 4},
            Kind::kPlain,
            0,
            4},
        Row{"Vex2Imm", {0xc5, 0xf9, 0x70, 0xc0, 0x1b}},
        Row{"Vex3Map2", {0xc4, 0xe2, 0x7d, 0x58, 0xc0}},
        Row{"Vex3Map3", {0xc4, 0xe3, 0x75, 0x0f, 0xc2, 8}},
        Row{"EvexLoad", {0x62, 0xf1, 0xfe, 0x48, 0x6f, 0x06}},
        Row{"EvexDisp8", {0x62, 0xf1, 0xfe, 0x48, 0x6f, 0x46, 1}},
        Row{"EvexMap3", {0x62, 0xf3, 0x7d, 0x48, 0x3f, 0xc1, 0}},
        Row{"EvexConvert", {0x62, 0xf1, 0x7c, 0x48, 0x78, 0xc0}},
        Row{"EvexHalf", {0x62, 0xf5, 0x7c, 0x48, 0x58, 0xc1}},
        Row{"XopImm8", {0x8f, 0xe8, 0x78, 0xc0, 0xc1, 3}},
        Row{"XopMap9", {0x8f, 0xe9, 0x78, 0x81, 0xc1}},
        Row{"XopImm32", {0x8f, 0xea, 0x78, 0x10, 0xc1, 1, 2, 3, 4}},
        Row{"PopMemory", {0x8f, 0x04, 0x24}},
        Row{"SegmentLoad", {0x64, 0x48, 0x8b, 0x04, 0x25, 0, 0, 0, 0}},
        Row{"RexForgottenBehindPrefix", {0x48, 0x66, 0xb8, 1, 2}},
        Row{"LongestLegal",
            {0x2e, 0x2e, 0x2e, 0x48, 0xc7, 0x84, 0x24, 1, 2, 3, 4, 5, 6, 7,
             8}}),
    RowName);

class DecodeInvalid : public ::testing::TestWithParam<Row> {};

TEST_P(DecodeInvalid, IsNoInstruction) {
  Code code = GetParam().code;
  code.insert(code.end(), 16, 0);
  const Insn insn = Decode(code.data(), code.size());
  EXPECT_EQ(static_cast<int>(insn.kind), static_cast<int>(Kind::kInvalid));
  EXPECT_EQ(insn.length, 0);
}

INSTANTIATE_TEST_SUITE_P(
    Invalid, DecodeInvalid,
    ::testing::Values(
        Row{"PushEs", {0x06}}, Row{"Daa", {0x27}}, Row{"Pusha", {0x60}},
        Row{"Group1Copy", {0x82}}, Row{"CallFarDirect", {0x9a}},
        Row{"Into", {0xce}}, Row{"Aam", {0xd4}}, Row{"JumpFarDirect", {0xea}},
        Row{"TwoByteHole", {0x0f, 0x04}}, Row{"Group5Hole", {0xff, 0xf8}},
        Row{"NearJumpOf16BitsOrNot", {0x66, 0xe9}},
        Row{"VexBehind66", {0x66, 0xc5, 0xf8, 0x77}},
        Row{"VexMap0", {0xc4, 0xe0, 0x7d, 0x58, 0xc0}},
        Row{"EvexReservedBit", {0x62, 0xf9, 0xfe, 0x48, 0x6f}},
        Row{"SixteenBytes", {0x2e, 0x2e, 0x2e, 0x2e, 0x48, 0xc7, 0x84, 0x24}}),
    RowName);

TEST(Decode, SaysTheNumberInMovEax) {
  const uint8_t code[] = {0xb8, 0x01, 0x01, 0x00, 0x80};
  EXPECT_EQ(Decode(code, 5).immediate, 0x80000101u);
}

struct KeepsRow {
  const char* name;
  Code code;
  bool keeps;
  int reg = 0;
};

class KeepsRegisterRow : public ::testing::TestWithParam<KeepsRow> {};

TEST_P(KeepsRegisterRow, Knows) {
  const Code& code = GetParam().code;
  const Insn insn = Decode(code.data(), code.size());
  ASSERT_EQ(insn.length, code.size());
  EXPECT_EQ(KeepsRegister(code.data(), insn, GetParam().reg), GetParam().keeps);
}

INSTANTIATE_TEST_SUITE_P(
    Forms, KeepsRegisterRow,
    ::testing::Values(KeepsRow{"MovR10d", {0x41, 0xba, 8, 0, 0, 0}, true},
                      KeepsRow{"MovEaxItself", {0xb8, 8, 0, 0, 0}, false},
                      KeepsRow{"MovR8d", {0x41, 0xb8, 8, 0, 0, 0}, true},
                      KeepsRow{"MovAh", {0xb4, 8}, false},
                      KeepsRow{"LeaRdi", {0x48, 0x8d, 0x3c, 0x24}, true},
                      KeepsRow{"LeaRax", {0x48, 0x8d, 0x04, 0x24}, false},
                      KeepsRow{"LeaR8", {0x4c, 0x8d, 0x04, 0x24}, true},
                      KeepsRow{"XorEdx", {0x31, 0xd2}, true},
                      KeepsRow{"XorEax", {0x31, 0xc0}, false},
                      KeepsRow{"MovRaxToRsi", {0x48, 0x89, 0xc6}, true},
                      KeepsRow{"MovRsiToRax", {0x48, 0x89, 0xf0}, false},
                      KeepsRow{"MovToMemoryAtRax", {0x48, 0x89, 0x30}, true},
                      KeepsRow{"CmpEax", {0x83, 0xf8, 1}, true},
                      KeepsRow{"AddEax", {0x83, 0xc0, 1}, false},
                      KeepsRow{"TestEax", {0x85, 0xc0}, true},
                      KeepsRow{"PushRax", {0x50}, true},
                      KeepsRow{"PopRax", {0x58}, false},
                      KeepsRow{"PopR8", {0x41, 0x58}, true},
                      KeepsRow{"CmovRax", {0x48, 0x0f, 0x44, 0xc1}, false},
                      KeepsRow{"MovupsStore", {0x0f, 0x11, 0x04, 0x24}, true},
                      KeepsRow{"MovdEax", {0x66, 0x0f, 0x7e, 0xc0}, false},
                      KeepsRow{"Cpuid", {0x0f, 0xa2}, false},
                      KeepsRow{"Call", {0xe8, 0, 0, 0, 0}, false},
                      KeepsRow{"Nop", {0x90}, true},
                      KeepsRow{
                          "MovR8ToRaxKeepsR8", {0x4c, 0x89, 0xc0}, true, 8},
                      KeepsRow{"MovRaxToR8", {0x49, 0x89, 0xc0}, false, 8},
                      KeepsRow{"MovEaxKeepsRdx", {0xb8, 1, 0, 0, 0}, true, 2},
                      KeepsRow{"MovDhChangesRdx", {0xb6, 1}, false, 2},
                      KeepsRow{"MovSilKeepsRdx", {0x40, 0xb6, 1}, true, 2}),
    [](const ::testing::TestParamInfo<KeepsRow>& info) {
      return info.param.name;
    });

// Whatever the bytes: the answer lies within them, and bytes behind an
// instruction do not change it.
TEST(Decode, RandomBytesStayInBounds) {
  std::mt19937 random(1);
  int valid = 0;
  for (int i = 0; i < 500000; ++i) {
    Code code(1 + random() % 20);
    for (uint8_t& byte : code) byte = random();
    const Insn insn = Decode(code.data(), code.size());
    ASSERT_LE(insn.length, kMaxLength);
    ASSERT_LE(insn.length, code.size());
    ASSERT_EQ(insn.length == 0, insn.kind == Kind::kInvalid);
    if (insn.length == 0) continue;
    ++valid;
    const Code exact(code.begin(), code.begin() + insn.length);
    ASSERT_EQ(Decode(exact.data(), exact.size()).length, insn.length);
  }
  EXPECT_GT(valid, 250000);
}

}  // namespace
}  // namespace relocatable::x86_64
