// Code mapped with its sites patched, and run: it must reach the interceptor
// with its registers as `syscall` would have had them, and come back behind it.
#include "engines/intercept/map_patched.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>

#include "engines/intercept/pretended_interceptor.h"
#include "engines/intercept/tiny_elf.h"
#include "gtest/gtest.h"

namespace relocatable {
namespace {

constexpr uint64_t kPage = 4096;

const std::string kSyscallRet("\x0f\x05\xc3", 3);
const std::string kMovOpen("\xb8\x02\0\0\0", 5);  // mov $2,%eax
const std::string kMovEdx8("\xba\x08\0\0\0", 5);
// mov 0x6(%rip),%eax: what is behind its `syscall; ret` and a nop
const std::string kLoadNumber("\x8b\x05\x04\0\0\0", 6);

class MapPatchedTest : public ::testing::Test {
 protected:
  ~MapPatchedTest() override {
    if (fd_ >= 0) close(fd_);
  }

  // Maps the code and calls it: what it leaves in rax, or -errno of the map.
  long Run(const std::string& code) {
    const std::string elf = TinyElf(code);
    fd_ = memfd_create("code", MFD_CLOEXEC);
    EXPECT_EQ(write(fd_, elf.data(), elf.size()),
              static_cast<ssize_t>(elf.size()));
    CodeMapping mapping;
    mapping.size = code.size();
    mapping.protection = PROT_READ | PROT_EXEC;
    mapping.flags = MAP_PRIVATE;
    mapping.fd = fd_;
    mapping.offset = kTinyOffset;
    made_ = PatchedCode();
    const long at = MapPatched(mapping, made_);
    if (at < 0 && at > -4096) return at;
    text_ = std::string(reinterpret_cast<const char*>(at), code.size());
    const Registers registers = CallCode(at);
    rdx_ = registers.rdx;
    return registers.rax;
  }

  long rdx_ = 0;

  PatchedCode made_;
  std::string text_;  // as mapped
  int fd_ = -1;
};

TEST_F(MapPatchedTest, AKnownNumberTakesTheFastEntry) {
  const std::string code = kMovOpen + kSyscallRet;
  EXPECT_EQ(Run(code), 1002);
  EXPECT_EQ(text_[0], '\xe9');
  EXPECT_EQ(text_.substr(5), kSyscallRet);
}

TEST_F(MapPatchedTest, AnyNumberTakesTheGenericEntry) {
  EXPECT_EQ(Run(kMovOpen + kMovEdx8 + kSyscallRet), 2002);
}

TEST_F(MapPatchedTest, WhatMovesFindsItsData) {
  EXPECT_EQ(Run(kLoadNumber + kSyscallRet + std::string("\x90\x2a\0\0\0", 5)),
            2042);
}

// mov %rdi,%rax; syscall; mov 0x2(%rip),%edx; ret; nop; its data
TEST_F(MapPatchedTest, WhatMovesFromBehindFindsItsData) {
  const std::string code(
      "\x48\x89\xf8\x0f\x05\x8b\x15\x02\0\0\0\xc3\x90\x2a\0\0\0", 17);
  EXPECT_EQ(Run(code), 2000);
  EXPECT_EQ(rdx_, 0x2a);
}

TEST_F(MapPatchedTest, TheFileStaysAsItIs) {
  const std::string code = kMovOpen + kSyscallRet;
  Run(code);
  std::string now(code.size(), '\0');
  ASSERT_EQ(pread(fd_, now.data(), now.size(), kTinyOffset),
            static_cast<ssize_t>(now.size()));
  EXPECT_EQ(now, code);
}

TEST_F(MapPatchedTest, SaysWhatItMade) {
  const std::string code = kMovOpen + kSyscallRet;
  Run(code);
  EXPECT_TRUE(made_.complete);
  EXPECT_EQ(std::string(reinterpret_cast<const char*>(made_.code), 5),
            text_.substr(0, 5));
  EXPECT_EQ(made_.size, kPage);
  EXPECT_EQ(made_.trampolines_size, kPage);
  // mov $2,%eax
  EXPECT_EQ(std::string(reinterpret_cast<const char*>(made_.trampolines), 5),
            kMovOpen);
}

TEST_F(MapPatchedTest, SaysThatThereWasNothingToPatch) {
  EXPECT_EQ(Run(std::string("\xb8\x27\0\0\0\x0f\x05\xc3", 8)), getpid());
  EXPECT_TRUE(made_.complete);
  EXPECT_EQ(made_.size, 0u);
}

TEST_F(MapPatchedTest, CountsWhatItWouldPatch) {
  Run(kMovOpen + kSyscallRet);
  EXPECT_EQ(CountPatchSites(fd_), 1u);
  Run(kMovEdx8.substr(0, 0) + std::string("\x90\xc3", 2));
  EXPECT_EQ(CountPatchSites(fd_), 0u);
}

TEST_F(MapPatchedTest, GivesTheKernelsErrors) {
  CodeMapping mapping;
  mapping.size = kPage;
  mapping.protection = PROT_READ | PROT_EXEC;
  mapping.flags = MAP_PRIVATE;
  mapping.fd = -1;
  PatchedCode made;
  EXPECT_EQ(MapPatched(mapping, made), -EBADF);
  EXPECT_FALSE(made.complete);
}

}  // namespace
}  // namespace relocatable
