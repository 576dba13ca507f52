#include "audit/core.h"

#include <asm/unistd.h>
#include <elf.h>
#include <stdint.h>
#include <sys/mman.h>

#include "base/bare/syscall.h"
#include "engines/intercept/abi.h"
#include "engines/intercept/memory_range.h"

namespace relocatable {
namespace {

using bare::Syscall;

constexpr uint64_t kPage = 4096;
constexpr uint64_t Down(uint64_t x) { return x & ~(kPage - 1); }
constexpr uint64_t Up(uint64_t x) { return Down(x + kPage - 1); }
constexpr int kMaxSegments = 32;

int Protection(uint32_t flags) {
  return ((flags & PF_R) != 0 ? PROT_READ : 0) |
         ((flags & PF_W) != 0 ? PROT_WRITE : 0) |
         ((flags & PF_X) != 0 ? PROT_EXEC : 0);
}

bool Maps(uint64_t at, uint64_t size, uint32_t flags, long more, long fd,
          uint64_t offset) {
  return Syscall(__NR_mmap, at, size, Protection(flags),
                 MAP_PRIVATE | MAP_FIXED_NOREPLACE | more, fd,
                 offset) == static_cast<long>(at);
}

// A segment has only memory or only what the file holds, but for the end of its
// last page (cli/launch/intercept.ld).
bool MapSegment(long fd, const Elf64_Phdr& p) {
  const uint64_t at = Down(p.p_vaddr), skew = p.p_vaddr - at;
  const uint64_t in_file = p.p_filesz > 0 ? Up(skew + p.p_filesz) : 0;
  const uint64_t size = Up(skew + p.p_memsz);
  if (in_file > 0 && !Maps(at, in_file, p.p_flags, 0, fd, p.p_offset - skew)) {
    return false;
  }
  return size <= in_file ||
         Maps(at + in_file, size - in_file, p.p_flags, MAP_ANONYMOUS, -1, 0);
}

bool MapSegments(long fd) {
  Elf64_Ehdr header;
  Elf64_Phdr segments[kMaxSegments];
  if (Syscall(__NR_pread64, fd, &header, sizeof(header), 0) !=
          static_cast<long>(sizeof(header)) ||
      header.e_phentsize != sizeof(Elf64_Phdr) ||
      header.e_phnum > kMaxSegments) {
    return false;
  }
  const long size = header.e_phnum * static_cast<long>(sizeof(Elf64_Phdr));
  if (Syscall(__NR_pread64, fd, segments, size, header.e_phoff) != size) {
    return false;
  }
  bool any = false;
  for (int i = 0; i < header.e_phnum; ++i) {
    const Elf64_Phdr& p = segments[i];
    if (p.p_type != PT_LOAD || p.p_vaddr < kInterceptBase ||
        p.p_vaddr >= kInterceptEnd || p.p_memsz > kInterceptEnd - p.p_vaddr) {
      continue;
    }
    if (!MapSegment(fd, p)) return false;
    any = any || p.p_vaddr == kInterceptBase;
  }
  return any;
}

}  // namespace

AttachFunction* MapInterceptor(const char* binary) {
  constexpr long kAtFdcwd = -100, kReadCloexec = 02000000;
  const long fd = Syscall(__NR_openat, kAtFdcwd, binary, kReadCloexec, 0);
  if (fd < 0) return nullptr;
  const bool mapped = MapSegments(fd);
  Syscall(__NR_close, fd);
  constexpr uint8_t kJump = 0xe9;
  if (!mapped ||
      !ServesThisAbi(*reinterpret_cast<const InterceptAbi*>(kInterceptBase)) ||
      *reinterpret_cast<const uint8_t*>(kAttachEntry) != kJump) {
    return nullptr;
  }
  return reinterpret_cast<AttachFunction*>(kAttachEntry);
}

}  // namespace relocatable
