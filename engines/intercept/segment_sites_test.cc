// Which sites of code that is being mapped are taken: in code written for the
// purpose, and in real files beside what sites.h finds there with more time.
#include "engines/intercept/segment_sites.h"

#include <fcntl.h>
#include <unistd.h>

#include <map>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "elf/byte_source.h"
#include "engines/intercept/code_file.h"
#include "engines/intercept/sites.h"
#include "engines/intercept/syscall_table.h"
#include "engines/intercept/tiny_elf.h"
#include "gtest/gtest.h"

namespace relocatable {
namespace {

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
const std::string kEndbr = Code({0xf3, 0x0f, 0x1e, 0xfa});
const std::string kRet = Code({0xc3});
const std::string kJumpRax = Code({0xff, 0xe0});
// movabs $…,%rcx whose constant looks like `mov $2,%eax; syscall`
const std::string kHidden =
    Code({0x48, 0xb9, 0xb8, 2, 0, 0, 0, 0x0f, 0x05, 0x90});

PatchSites SitesOf(const std::string& elf) {
  const MappedElf file = {reinterpret_cast<const uint8_t*>(elf.data()),
                          elf.size()};
  PatchSites sites = {};
  const Elf64_Phdr* segment =
      FindCodeSegment(file, kTinyOffset, elf.size() - kTinyOffset);
  EXPECT_NE(segment, nullptr);
  if (segment != nullptr) FindSegmentSites(file, *segment, sites);
  return sites;
}

struct Row {
  const char* name;
  std::string code;
  uint32_t count, left;
  uint16_t number = PatchSite::kAnyNumber;  // of the first
  uint8_t before = 5, behind = 0;
};

class SiteRow : public ::testing::TestWithParam<Row> {};

TEST_P(SiteRow, IsTakenOrNot) {
  const Row& row = GetParam();
  const PatchSites sites = SitesOf(TinyElf(row.code));
  EXPECT_EQ(sites.count, row.count);
  EXPECT_EQ(sites.left, row.left);
  if (sites.count == 0) return;
  EXPECT_EQ(sites.sites[0].at, row.code.find(kSyscall));
  EXPECT_EQ(sites.sites[0].number, row.number);
  EXPECT_EQ(sites.sites[0].before, row.before);
  EXPECT_EQ(sites.sites[0].behind, row.behind);
}

INSTANTIATE_TEST_SUITE_P(
    Code, SiteRow,
    ::testing::Values(
        Row{"NumberRightBefore", kMovOpen + kSyscall + kRet, 1, 0, 2},
        Row{"NumberOfAnotherCall", kMovRead + kSyscall + kRet, 0, 0},
        Row{"NumberFartherAway", kMovOpen + kMovEdx8 + kSyscall + kRet, 1, 0},
        Row{"NumberOfAnotherCallFartherAway",
            kMovRead + kMovEdx8 + kSyscall + kRet, 0, 0},
        Row{"UnknownNumber", kMovEdx8 + kSyscall + kRet, 1, 0},
        Row{"SeveralMove", kMovRdiRsi + kMovRdiRsi + kSyscall + kRet, 1, 0,
            PatchSite::kAnyNumber, 6},
        // jmp to the second of them
        Row{"SeveralAndOneIsEntered",
            Code({0xeb, 3}) + kMovRdiRsi + kMovRdiRsi + kSyscall + kRet, 0, 1},
        // jmp to the first: what is replaced is entered from its start
        Row{"SeveralAndTheFirstIsEntered",
            Code({0xeb, 0}) + kMovRdiRsi + kMovRdiRsi + kSyscall + kRet, 1, 0,
            PatchSite::kAnyNumber, 6},
        Row{"SeveralAndAJumpAnywhere",
            kMovRdiRsi + kMovRdiRsi + kSyscall + kJumpRax, 0, 1},
        Row{"OneAndAJumpAnywhere", kMovOpen + kSyscall + kJumpRax, 1, 0, 2},
        // The same jump with a distance of four bytes.
        Row{"SeveralAndOneIsEnteredFromAfar",
            Code({0xe9, 3, 0, 0, 0}) + kMovRdiRsi + kMovRdiRsi + kSyscall +
                kRet,
            0, 1},
        // Bytes that would jump there, but are the middle of an instruction.
        Row{"SeveralAndSomethingLooksLikeAJump",
            Code({0xb9, 0, 0, 0xeb, 3}) + kMovRdiRsi + kMovRdiRsi + kSyscall +
                kRet,
            1, 0, PatchSite::kAnyNumber, 6},
        Row{"AMarkOfAPlaceStays", kEndbr + kMovRdiRsi + kSyscall + kRet, 0, 1},
        Row{"TooNearTheStart", kMovRdiRsi + kSyscall + kRet, 0, 1},
        Row{"WhatIsBehindMoves", kMovRdiRsi + kSyscall + kMovRdiRsi + kRet, 1,
            0, PatchSite::kAnyNumber, 0, 3},
        // je to the `syscall`, past its number
        Row{"WhatIsBehindMovesWhereTheCallIsJumpedTo",
            Code({0x74, 5}) + kMovOpen + kSyscall + kMovRdiRsi + kRet, 1, 0,
            PatchSite::kAnyNumber, 0, 3},
        // jmp back to it
        Row{"WhatIsBehindIsEntered",
            kMovRdiRsi + kSyscall + kMovRdiRsi + Code({0xeb, 0xfb}), 0, 1},
        // The second would move what the first moves.
        Row{"NoByteMovesTwice",
            kMovRdiRsi + kSyscall + kMovRdiRsi + kSyscall + kRet, 1, 1,
            PatchSite::kAnyNumber, 0, 3},
        Row{"WithinAnInstruction", kHidden + kRet, 0, 0},
        Row{"NotCodeAtAll", kMovOpen + kSyscall + Code({0x06}), 0, 0}),
    [](const ::testing::TestParamInfo<Row>& i) { return i.param.name; });

TEST(SegmentSites, AreUnknownWhereTheFileDoesNotSayWhereCodeStarts) {
  const PatchSites sites = SitesOf(TinyElf(kMovOpen + kSyscall + kRet, false));
  EXPECT_EQ(sites.count, 0u);
}

TEST(SegmentSites, KnowHowFarTheImageReaches) {
  const PatchSites sites = SitesOf(TinyElf(kMovOpen + kSyscall + kRet));
  EXPECT_EQ(sites.image_before, 0u);
  EXPECT_EQ(sites.image_behind, 0x1000u);
}

class RealFile : public ::testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    fd_ = open(GetParam(), O_RDONLY | O_CLOEXEC);
    ASSERT_GE(fd_, 0) << GetParam();
    ASSERT_TRUE(MapElfFile(fd_, file_));
    const absl::StatusOr<std::unique_ptr<ByteSource>> source =
        OpenSource(GetParam());
    ASSERT_TRUE(source.ok());
    const absl::StatusOr<CodeFile> code = ReadCodeFile(**source);
    ASSERT_TRUE(code.ok()) << code.status();
    for (const Site& site : PatchCode(*code).sites) known_[site.address] = site;
  }
  void TearDown() override {
    UnmapElfFile(file_);
    close(fd_);
  }

  MappedElf file_;
  std::map<uint64_t, Site> known_;

 private:
  int fd_ = -1;
};

// No site is taken here that the sweep over the whole file calls unproven or
// entered, and few that it patches are missed.
TEST_P(RealFile, AgreesWithTheSweep) {
  uint32_t taken = 0;
  for (int i = 0; const Elf64_Phdr* p = file_.Segment(i); ++i) {
    if (p->p_type != PT_LOAD || (p->p_flags & PF_X) == 0) continue;
    PatchSites sites = {};
    FindSegmentSites(file_, *p, sites);
    for (uint32_t n = 0; n < sites.count; ++n) {
      const PatchSite& site = sites.sites[n];
      const Site& known = known_[p->p_vaddr + site.at];
      ++taken;
      // With more time it is seen that a number is no number of the table.
      EXPECT_TRUE(IsPatched(known.state) || known.state == SiteState::kNoRoom ||
                  (known.state == SiteState::kOtherCall &&
                   site.number == PatchSite::kAnyNumber))
          << std::hex << known.address << ": " << SiteStateWords(known.state);
      if (site.number == PatchSite::kAnyNumber) continue;
      EXPECT_EQ(known.number, site.number) << std::hex << known.address;
    }
  }
  uint32_t patched = 0;
  for (const auto& [address, site] : known_) {
    patched += IsPatched(site.state);
  }
  EXPECT_GE(taken * 100, patched * 95) << patched;
}

INSTANTIATE_TEST_SUITE_P(Host, RealFile,
                         ::testing::Values("/lib/x86_64-linux-gnu/libc.so.6",
                                           "/lib64/ld-linux-x86-64.so.2",
                                           "/bin/bash"),
                         [](const auto& i) {
                           return std::string(strrchr(i.param, '/') + 1, 2) +
                                  std::to_string(i.index);
                         });

}  // namespace
}  // namespace relocatable
