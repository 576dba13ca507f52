// Every patched site of real files, executed: the original's instructions and
// the twin's, single-stepped with the same registers and memory, must make the
// same system call and leave the same behind.
//
// A child of this test maps the file's segments (original or twin) and a page
// as the interceptor's. For each site the test steps it from the site's first
// byte on, plays the kernel at each `syscall` and the interceptor at its
// entries, and stops behind the site. Calls are not really made.
#include <elf.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstring>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "elf/byte_source.h"
#include "elf/header.h"
#include "elf/segments.h"
#include "engines/intercept/abi.h"
#include "engines/intercept/code_file.h"
#include "engines/intercept/decode_x86_64.h"
#include "engines/intercept/sites.h"
#include "engines/intercept/twin.h"
#include "gtest/gtest.h"

namespace relocatable {
namespace {

constexpr uint64_t kPage = 4096;
// Added to the file's addresses, and what all registers point into; both lie
// above ASan's shadow.
constexpr uint64_t kLoadBase = 0x200000000000;
constexpr uint64_t kScratch = 0x300000000000;
constexpr uint64_t kScratchSize = 32 * kPage;
constexpr uint64_t kFastEntry = kTrustedPage + 0x100;
constexpr uint64_t kGenericEntry = kTrustedPage + 0x200;
constexpr uint64_t kResult = 0x1234;

void MapFixed(uint64_t address, uint64_t size) {
  void* const at = reinterpret_cast<void*>(address);
  if (mmap(at, size, PROT_READ | PROT_WRITE | PROT_EXEC,
           MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0) != at) {
    _exit(99);
  }
}

void MapFile(const std::string& bytes, const std::vector<Segment>& segments) {
  for (const Segment& s : segments) {
    if (s.type != PT_LOAD) continue;
    const uint64_t begin = s.address & ~(kPage - 1);
    const uint64_t end = (s.address + s.memory_size + kPage - 1) & ~(kPage - 1);
    MapFixed(kLoadBase + begin, end - begin);
    // To the end of the file's last page, as a mapping of the file would have.
    uint64_t size = s.address + s.file_size - begin;
    if (s.file_size == s.memory_size) size = end - begin;
    const uint64_t offset = s.offset - (s.address - begin);
    if (size > bytes.size() - offset) size = bytes.size() - offset;
    memcpy(reinterpret_cast<void*>(kLoadBase + begin), bytes.data() + offset,
           size);
  }
}

struct Outcome {
  std::vector<std::string> events;  // system calls, and what the end looks like
  std::string memory;
  bool generic = false;  // it came through the generic entry
};

std::string Describe(const char* what, const user_regs_struct& r) {
  // Not rcx and r11, which a system call loses, nor rip.
  return absl::StrCat(
      what, " ", absl::Hex(r.rax), " ", absl::Hex(r.rdi), " ", absl::Hex(r.rsi),
      " ", absl::Hex(r.rdx), " ", absl::Hex(r.r10), " ", absl::Hex(r.r8), " ",
      absl::Hex(r.r9), " rsp ", absl::Hex(r.rsp), " ", absl::Hex(r.rbp), " ",
      absl::Hex(r.rbx), " ", absl::Hex(r.r12), " ", absl::Hex(r.r13), " ",
      absl::Hex(r.r14), " ", absl::Hex(r.r15), " flags ",
      absl::Hex(r.eflags & 0xcd5));
}

// Whether the bytes at [begin, end) are no-ops, perhaps with a rest.
bool IsPadding(const CodeSegment& s, uint64_t begin, uint64_t end) {
  while (begin < end) {
    const x86_64::Insn insn = x86_64::Decode(
        reinterpret_cast<const uint8_t*>(s.bytes.data()) + (begin - s.address),
        s.end() - begin);
    if (insn.kind != x86_64::Kind::kNop) return false;
    begin += insn.length;
  }
  return true;
}

// A process that has mapped a file and is told what to execute.
class Child {
 public:
  // `in_table`: how the interceptor's generic entry finds numbers.
  Child(const std::string& bytes, const std::vector<Segment>& segments,
        bool in_table)
      : in_table_(in_table), scratch_(kScratchSize, '\0') {
    for (size_t i = 0; i < scratch_.size(); ++i) scratch_[i] = i * 151 >> 3;
    pid_ = fork();
    if (pid_ == 0) BecomeChild(bytes, segments);
    waitpid(pid_, &status_, 0);
    ptrace(PTRACE_GETREGS, pid_, nullptr, &first_);
  }

  ~Child() {
    kill(pid_, SIGKILL);
    waitpid(pid_, &status_, 0);
  }

  Outcome Execute(const Site& site) {
    outcome_ = Outcome();
    SetRegisters(kLoadBase + site.begin);
    WriteScratch();
    const uint64_t stop =
        kLoadBase +
        (site.state == SiteState::kBehind ? site.end : site.address + 2);
    for (int steps = 0; steps < 100 && r_.rip != stop; ++steps) {
      if (PlayKernelOrInterceptor()) continue;
      if (!Step()) break;
    }
    outcome_.events.push_back(Describe(r_.rip == stop ? "end" : "lost", r_));
    ReadScratch();
    return outcome_;
  }

 private:
  [[noreturn]] static void BecomeChild(const std::string& bytes,
                                       const std::vector<Segment>& segments) {
    MapFile(bytes, segments);
    MapFixed(kScratch, kScratchSize);
    MapFixed(kInterceptBase, kPage);
    *reinterpret_cast<InterceptAbi*>(kInterceptBase) = {
        kInterceptMagic, kInterceptVersion, sizeof(InterceptAbi), kFastEntry,
        kGenericEntry};
    ptrace(PTRACE_TRACEME, 0, nullptr, nullptr);
    raise(SIGSTOP);
    _exit(98);
  }

  void SetRegisters(uint64_t rip) {
    r_ = first_;
    unsigned long long* const all[] = {
        &r_.rax, &r_.rcx, &r_.rdx, &r_.rbx, &r_.rsp, &r_.rbp, &r_.rsi, &r_.rdi,
        &r_.r8,  &r_.r9,  &r_.r10, &r_.r11, &r_.r12, &r_.r13, &r_.r14, &r_.r15};
    uint64_t value = kScratch + kScratchSize / 2;
    for (unsigned long long* reg : all) *reg = value += 0x208;
    r_.eflags = 0x202;
    r_.rip = rip;
    r_.orig_rax = -1;
  }

  // False if that raised a signal.
  bool Step() {
    ptrace(PTRACE_SETREGS, pid_, nullptr, &r_);
    ptrace(PTRACE_SINGLESTEP, pid_, nullptr, nullptr);
    waitpid(pid_, &status_, 0);
    ptrace(PTRACE_GETREGS, pid_, nullptr, &r_);
    if (WIFSTOPPED(status_) && WSTOPSIG(status_) == SIGTRAP) return true;
    outcome_.events.push_back(absl::StrCat("stopped with ", status_));
    return false;
  }

  bool PlayKernelOrInterceptor() {
    if (r_.rip == kFastEntry || r_.rip == kGenericEntry) {
      const uint64_t back = r_.rcx;
      outcome_.generic |= r_.rip == kGenericEntry;
      if (r_.rip == kGenericEntry && !in_table_) {
        r_.rip = back - 2;
      } else {
        Call(back);
      }
      r_.rcx = r_.r11 = 0xdead;
      return true;
    }
    const long word = ptrace(PTRACE_PEEKTEXT, pid_, r_.rip, nullptr);
    if ((word & 0xffff) != 0x050f) return false;
    Call(r_.rip + 2);
    return true;
  }

  void Call(uint64_t back) {
    outcome_.events.push_back(Describe("call", r_));
    r_.rax = kResult;
    r_.rip = back;
  }

  void WriteScratch() {
    const iovec local = {&scratch_[0], kScratchSize};
    const iovec remote = {reinterpret_cast<void*>(kScratch), kScratchSize};
    process_vm_writev(pid_, &local, 1, &remote, 1, 0);
  }

  void ReadScratch() {
    outcome_.memory.resize(kScratchSize);
    const iovec local = {&outcome_.memory[0], kScratchSize};
    const iovec remote = {reinterpret_cast<void*>(kScratch), kScratchSize};
    if (process_vm_readv(pid_, &local, 1, &remote, 1, 0) !=
        static_cast<ssize_t>(kScratchSize)) {
      outcome_.memory = "unreadable";
    }
  }

  const bool in_table_;
  std::string scratch_;
  pid_t pid_;
  int status_ = 0;
  user_regs_struct first_, r_;
  Outcome outcome_;
};

struct File {
  const char* name;
  const char* path;
  int at_least;  // patched sites
};

class PatchedSites : public ::testing::TestWithParam<File> {
 protected:
  void SetUp() override {
    absl::StatusOr<std::unique_ptr<ByteSource>> file =
        OpenSource(GetParam().path);
    ASSERT_TRUE(file.ok()) << file.status();
    absl::StatusOr<std::string> bytes =
        (*file)->Read(0, (*file)->size(), "the file");
    absl::StatusOr<ElfHeader> header = ReadElfHeader(**file);
    absl::StatusOr<CodeFile> code = ReadCodeFile(**file);
    ASSERT_TRUE(bytes.ok() && header.ok() && code.ok()) << code.status();
    original_ = *bytes;
    segments_ = *ReadSegments(**file, *header);
    code_ = *std::move(code);
    patching_ = PatchCode(code_);
    twin_ = *TwinSource(**file, patching_.edits)
                 .Read(0, original_.size(), "the twin");
  }

  std::string original_, twin_;
  std::vector<Segment> segments_;
  CodeFile code_;
  Patching patching_;
};

TEST_P(PatchedSites, DoAsTheOriginal) {
  Child original(original_, segments_, true);
  Child twin(twin_, segments_, true);
  Child twin_of_other_calls(twin_, segments_, false);
  int called = 0, faulted = 0;
  for (const Site& site : patching_.sites) {
    if (!IsPatched(site.state)) continue;
    SCOPED_TRACE(
        absl::StrCat(absl::Hex(site.address), " ", SiteStateWords(site.state)));
    const Outcome expected = original.Execute(site);
    const bool calls = expected.events[0].substr(0, 4) == "call";
    ++(calls ? called : faulted);
    for (Child* child : {&twin, &twin_of_other_calls}) {
      const Outcome outcome = child->Execute(site);
      EXPECT_EQ(outcome.events, expected.events);
      EXPECT_EQ(outcome.memory == expected.memory, true);
      EXPECT_EQ(outcome.generic, calls && site.state != SiteState::kNumber);
    }
  }
  EXPECT_GE(called, GetParam().at_least);
  // Instructions that move and load through a pointer they find in a variable:
  // it is null here.
  EXPECT_LE(faulted, 3);
}

// A thread that sits on the instruction, or jumps to it, must find it.
TEST_P(PatchedSites, KeepTheInstructionItself) {
  for (const Site& site : patching_.sites) {
    if (!IsPatched(site.state) || site.state == SiteState::kBehind) continue;
    const CodeSegment& s = code_.segments[0];
    const uint64_t offset = s.offset + (site.address - s.address);
    EXPECT_EQ(twin_.substr(offset, 2), "\x0f\x05");
  }
}

// Edits are sites, slack, or no-ops between functions.
TEST_P(PatchedSites, ChangeNothingElse) {
  const CodeSegment& s = code_.segments[0];
  for (const Edit& edit : patching_.edits) {
    const uint64_t begin = s.address + (edit.offset - s.offset);
    const uint64_t end = begin + edit.bytes.size();
    EXPECT_GE(begin, s.address);
    EXPECT_LE(end, s.end() + s.slack);
    if (begin >= s.end()) continue;
    bool site_or_padding = IsPadding(s, begin, end);
    for (const Site& site : patching_.sites) {
      site_or_padding |= begin == site.begin && end == site.end;
    }
    EXPECT_TRUE(site_or_padding) << std::hex << begin;
  }
  ASSERT_EQ(twin_.size(), original_.size());
  std::string back = twin_;
  for (const Edit& edit : patching_.edits) {
    const uint64_t size = edit.bytes.size();
    back.replace(edit.offset, size, original_.substr(edit.offset, size));
  }
  EXPECT_EQ(back == original_, true);
}

INSTANTIATE_TEST_SUITE_P(
    Files, PatchedSites,
    ::testing::Values(File{"Libc", "/lib/x86_64-linux-gnu/libc.so.6", 140},
                      File{"LoaderOfPrograms", "/lib64/ld-linux-x86-64.so.2",
                           13},
                      File{"Musl", "/usr/lib/x86_64-linux-musl/libc.so", 100}),
    [](const ::testing::TestParamInfo<File>& info) { return info.param.name; });

}  // namespace
}  // namespace relocatable
