// Which sites are taken and which are not, in code written for the purpose.
#include "engines/intercept/sites.h"

#include <string>
#include <vector>

#include "gtest/gtest.h"

namespace relocatable {
namespace {

constexpr uint64_t kAddress = 0x1000;  // of the code
constexpr uint64_t kOffset = 0x200;    // of the code in its file

std::string Code(std::initializer_list<int> bytes) {
  std::string code;
  for (const int byte : bytes) code += static_cast<char>(byte);
  return code;
}

const std::string kSyscall = Code({0x0f, 0x05});
const std::string kMovOpen = Code({0xb8, 2, 0, 0, 0});  // mov $2,%eax
const std::string kMovRead = Code({0xb8, 0, 0, 0, 0});
const std::string kMovEdx8 = Code({0xba, 8, 0, 0, 0});    // mov $8,%edx
const std::string kMovRdiRsi = Code({0x48, 0x89, 0xfe});  // mov %rdi,%rsi
const std::string kCmp = Code({0x48, 0x3d, 0, 0xf0, 0xff, 0xff});
const std::string kRet = Code({0xc3});
const std::string kJumpRax = Code({0xff, 0xe0});
const std::string kTestEax = Code({0x85, 0xc0});
const std::string kEndbr = Code({0xf3, 0x0f, 0x1e, 0xfa});

// jne to `distance` bytes behind itself.
std::string Jne(int distance) { return Code({0x75, distance & 0xff}); }

// One function of this code, with a symbol, and room behind it.
CodeFile Function(const std::string& code) {
  CodeFile file;
  CodeSegment segment;
  segment.address = kAddress;
  segment.offset = kOffset;
  segment.bytes = code;
  segment.slack = 200;
  file.segments.push_back(segment);
  file.known.push_back(
      {.begin = kAddress, .end = segment.end(), .function = true});
  return file;
}

struct Row {
  const char* name;
  std::string code;  // its last `syscall` is the site
  SiteState state;
  int32_t number = kUnknownNumber;
};

class SiteRow : public ::testing::TestWithParam<Row> {};

TEST_P(SiteRow, IsTakenOrNot) {
  const Row& row = GetParam();
  const Patching patching = PatchCode(Function(row.code));
  ASSERT_FALSE(patching.sites.empty());
  const Site& site = patching.sites.back();
  EXPECT_EQ(site.address, kAddress + row.code.rfind(kSyscall));
  EXPECT_EQ(SiteStateWords(site.state), SiteStateWords(row.state));
  EXPECT_EQ(site.number, row.number);
  EXPECT_EQ(patching.edits.empty(), !IsPatched(site.state));
}

INSTANTIATE_TEST_SUITE_P(
    Code, SiteRow,
    ::testing::Values(
        Row{"NumberRightBefore", kMovOpen + kSyscall + kRet, SiteState::kNumber,
            2},
        Row{"NumberOfAnotherCall", kMovRead + kSyscall + kRet,
            SiteState::kOtherCall, 0},
        Row{"NumberFartherAway", kMovOpen + kMovEdx8 + kSyscall + kRet,
            SiteState::kBefore, 2},
        Row{"NumberFartherAwayOfAnotherCall",
            kMovRead + kMovEdx8 + kSyscall + kRet, SiteState::kOtherCall, 0},
        Row{"NumberByXor", Code({0x31, 0xc0}) + kMovEdx8 + kSyscall + kRet,
            SiteState::kOtherCall, 0},
        Row{"NumberThroughRegister",
            Code({0x41, 0xb8, 0xca, 0, 0, 0}) + kMovEdx8 +
                Code({0x4c, 0x89, 0xc0}) + kSyscall + kRet,
            SiteState::kOtherCall, 202},
        Row{"NumberOfSevenBytes",
            Code({0x48, 0xc7, 0xc0, 2, 0, 0, 0}) + kSyscall + kRet,
            SiteState::kBefore, 2},
        Row{"NumberUnknown",
            kMovRdiRsi + Code({0x48, 0x89, 0xd0}) + kSyscall + kRet,
            SiteState::kBefore},
        Row{"NumberOverwritten",
            kMovRead + Code({0x48, 0x89, 0xd0}) + kMovEdx8 + kSyscall + kRet,
            SiteState::kBefore},
        // Where two paths meet, the number in front of one says nothing.
        Row{"NumberOfOnePathOnly",
            Jne(5) + kMovRead + kMovEdx8 + kSyscall + kRet, SiteState::kBefore},
        Row{"TwoInstructionsMove",
            kMovOpen + kMovRdiRsi + kMovRdiRsi + kSyscall + kRet,
            SiteState::kBefore, 2},
        Row{"JumpBetweenThem",
            Jne(3) + kMovRdiRsi + kMovRdiRsi + kSyscall + kRet,
            SiteState::kEntered},
        Row{"JumpToTheFirst",
            Jne(3) + kMovRdiRsi + kMovRdiRsi + kMovRdiRsi + kSyscall + kRet,
            SiteState::kBefore},
        Row{"IndirectJumpInTheFunction",
            kMovOpen + kMovRdiRsi + kMovRdiRsi + kSyscall + kJumpRax,
            SiteState::kEntered, 2},
        Row{"IndirectJumpButOneInstruction",
            kMovOpen + kMovEdx8 + kSyscall + kJumpRax, SiteState::kBefore, 2},
        Row{"IndirectJumpAndTheNumber", kMovOpen + kSyscall + kJumpRax,
            SiteState::kNumber, 2},
        Row{"Behind", kRet + kSyscall + kCmp + kRet, SiteState::kBehind},
        Row{"BehindButJumpedTo",
            Jne(3) + kRet + kSyscall + kTestEax + kCmp + kRet,
            SiteState::kEntered},
        Row{"BehindItEndsTooEarly", kRet + kSyscall + kTestEax + kRet,
            SiteState::kImmovable},
        // What jumps to it does not come by what is before it.
        Row{"JumpToTheSyscall", Jne(5) + kMovEdx8 + kSyscall + kCmp + kRet,
            SiteState::kBehind},
        Row{"JumpToTheSyscallWithoutRoomBehind",
            Jne(5) + kMovEdx8 + kSyscall + kRet, SiteState::kBefore},
        Row{"CallBeforeIt", Code({0xe8, 0, 0, 0, 0}) + kSyscall + kRet,
            SiteState::kImmovable},
        Row{"EndbrStays", kEndbr + kMovRdiRsi + kSyscall + kRet,
            SiteState::kImmovable},
        // The five bytes in front look like `mov $2,%eax`, but they are the end
        // of `movabs $0x2b8............,%rcx`.
        Row{"BytesThatLookLikeANumber",
            Code({0x48, 0xb9, 1, 1, 1}) + kMovOpen + kSyscall + kRet,
            SiteState::kBefore}),
    [](const ::testing::TestParamInfo<Row>& info) { return info.param.name; });

TEST(Sites, AnUnsoundFunctionIsLeftAlone) {
  // 06 is no instruction.
  const Patching patching =
      PatchCode(Function(kMovOpen + kSyscall + kRet + Code({0x06})));
  ASSERT_EQ(patching.sites.size(), 1u);
  EXPECT_EQ(patching.sites[0].state, SiteState::kUnproven);
}

TEST(Sites, CodeThatNobodyRefersToIsLeftAlone) {
  CodeFile file = Function(kRet + kMovOpen + kSyscall + kRet);
  file.known[0].end = kAddress + 1;
  const Patching patching = PatchCode(file);
  ASSERT_EQ(patching.sites.size(), 1u);
  EXPECT_EQ(patching.sites[0].state, SiteState::kUnproven);
}

TEST(Sites, CodeThatKnownCodeCallsIsKnown) {
  // call +1; ret; and behind it, without a symbol, the callee.
  CodeFile file =
      Function(Code({0xe8, 1, 0, 0, 0}) + kRet + kMovOpen + kSyscall + kRet);
  file.known[0].end = kAddress + 6;
  const Patching patching = PatchCode(file);
  ASSERT_EQ(patching.sites.size(), 1u);
  EXPECT_EQ(patching.sites[0].state, SiteState::kNumber);
}

TEST(Sites, ALabelInsideIsAsGoodAsAJump) {
  CodeFile file = Function(kMovRdiRsi + kMovRdiRsi + kSyscall + kRet);
  file.labels.push_back(kAddress + 3);
  EXPECT_EQ(PatchCode(file).sites[0].state, SiteState::kEntered);
}

TEST(Sites, PartsSplitOffMoveOneInstructionOnly) {
  CodeFile file = Function(kMovRdiRsi + kMovRdiRsi + kSyscall + kRet);
  file.known[0].function = false;
  EXPECT_EQ(PatchCode(file).sites[0].state, SiteState::kEntered);
}

TEST(Sites, ATrampolineLoadsTheNumberAndTheReturnAddress) {
  const Patching patching = PatchCode(Function(kMovOpen + kSyscall + kRet));
  ASSERT_EQ(patching.edits.size(), 2u);
  // jmp to the slack, 8 bytes in.
  EXPECT_EQ(patching.edits[0].offset, kOffset);
  EXPECT_EQ(patching.edits[0].bytes, Code({0xe9, 3, 0, 0, 0}));
  // mov $2,%eax; lea back(%rip),%rcx; jmp *0x60000010
  EXPECT_EQ(patching.edits[1].offset, kOffset + 8);
  EXPECT_EQ(patching.edits[1].bytes,
            Code({0xb8, 2, 0, 0, 0, 0x48, 0x8d, 0x0d, 0xf3, 0xff, 0xff, 0xff,
                  0xff, 0x24, 0x25, 0x10, 0, 0, 0x60}));
}

TEST(Sites, WithoutSlackPaddingServes) {
  // A site; 8 bytes of padding, too few; and 15, twice, which hold a trampoline
  // of 19 bytes and two jumps.
  const std::string padding15 = std::string(15, '\x90');
  const std::string site = kMovOpen + kSyscall + kRet;
  CodeFile file = Function(site + std::string(8, '\x90') + kRet + padding15 +
                           kRet + padding15 + kRet);
  file.segments[0].slack = 0;
  file.known[0].end = kAddress + 8;
  for (const uint64_t at : {16, 32, 48}) {
    file.known.push_back(
        {.begin = kAddress + at, .end = kAddress + at + 1, .function = true});
  }
  const Patching patching = PatchCode(file);
  EXPECT_EQ(patching.sites[0].state, SiteState::kNumber);
  ASSERT_EQ(patching.edits.size(), 3u);
  EXPECT_EQ(patching.edits[1].offset, kOffset + 17);
  EXPECT_EQ(patching.edits[2].offset, kOffset + 33);

  file.segments[0].bytes[20] = '\0';  // no longer padding
  EXPECT_EQ(PatchCode(file).sites[0].state, SiteState::kNoRoom);
  EXPECT_TRUE(PatchCode(file).edits.empty());
}

TEST(Sites, PaddingThatIsFallenIntoIsCode) {
  const std::string site = kMovOpen + kSyscall;  // goes on behind itself
  CodeFile file = Function(site + std::string(40, '\x90') + kRet);
  file.segments[0].slack = 0;
  file.known[0].end = kAddress + 7;
  file.known.push_back({.begin = kAddress + 47, .end = kAddress + 48});
  EXPECT_EQ(PatchCode(file).sites[0].state, SiteState::kNoRoom);
}

}  // namespace
}  // namespace relocatable
