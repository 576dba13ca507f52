#include "engines/inprocess/load_elf.h"

#include <asm/unistd.h>
#include <errno.h>
#include <sys/mman.h>

#include "base/bare/str.h"
#include "base/bare/syscall.h"
#include "engines/intercept/map_code.h"
#include "engines/intercept/memory_range.h"

namespace relocatable {
namespace {

using bare::Str;
using bare::Syscall;

constexpr uint64_t kPage = 4096;
constexpr uint64_t Down(uint64_t x) { return x & ~(kPage - 1); }
constexpr uint64_t Up(uint64_t x) { return Down(x + kPage - 1); }

bool IsError(long result) { return result < 0 && result > -4096; }

int ReadHeaders(ElfImage& image) {
  Elf64_Ehdr& h = image.header;
  const long got = Syscall(__NR_pread64, image.fd, &h, sizeof(h), 0);
  if (got != static_cast<long>(sizeof(h)) ||
      !(Str(reinterpret_cast<const char*>(h.e_ident), SELFMAG) ==
        Str(ELFMAG, SELFMAG)) ||
      h.e_ident[EI_CLASS] != ELFCLASS64 || h.e_machine != EM_X86_64 ||
      (h.e_type != ET_EXEC && h.e_type != ET_DYN) ||
      h.e_phentsize != sizeof(Elf64_Phdr) || h.e_phnum == 0 ||
      h.e_phnum > kMaxSegments) {
    return ENOEXEC;
  }
  const long size = h.e_phnum * static_cast<long>(sizeof(Elf64_Phdr));
  return Syscall(__NR_pread64, image.fd, image.segments, size, h.e_phoff) ==
                 size
             ? 0
             : ENOEXEC;
}

int MeasureSegments(ElfImage& image) {
  image.low = ~uint64_t{0};
  image.high = 0;
  for (int i = 0; i < image.header.e_phnum; ++i) {
    const Elf64_Phdr& p = image.segments[i];
    if (p.p_type == PT_GNU_STACK) {
      image.needs_executable_stack = (p.p_flags & PF_X) != 0;
    }
    if (p.p_type != PT_LOAD) continue;
    const uint64_t end = p.p_vaddr + p.p_memsz;
    if (p.p_filesz > p.p_memsz || end < p.p_vaddr ||
        end > (uint64_t{1} << 47) || (p.p_vaddr - p.p_offset) % kPage != 0) {
      return ENOEXEC;
    }
    if (Down(p.p_vaddr) < image.low) image.low = Down(p.p_vaddr);
    if (Up(end) > image.high) image.high = Up(end);
  }
  if (image.low >= image.high) return ENOEXEC;
  return image.header.e_type == ET_EXEC &&
                 OverlapsInterceptor(image.low, image.high - image.low)
             ? ENOEXEC
             : 0;
}

uint64_t Alignment(const ElfImage& image) {
  uint64_t alignment = kPage;
  for (int i = 0; i < image.header.e_phnum; ++i) {
    const Elf64_Phdr& p = image.segments[i];
    if (p.p_type == PT_LOAD && p.p_align > alignment &&
        (p.p_align & (p.p_align - 1)) == 0) {
      alignment = p.p_align;
    }
  }
  return alignment;
}

// Address space for a position-independent image.
int Reserve(ElfImage& image) {
  const uint64_t size = image.high - image.low;
  const uint64_t alignment = Alignment(image);
  const uint64_t room = size + (alignment > kPage ? alignment : 0);
  const long map = Syscall(__NR_mmap, nullptr, room, PROT_NONE,
                           MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (IsError(map)) return static_cast<int>(-map);
  const uint64_t start = static_cast<uint64_t>(map);
  const uint64_t base = (start + alignment - 1) & ~(alignment - 1);
  if (base > start) Syscall(__NR_munmap, start, base - start);
  if (start + room > base + size) {
    Syscall(__NR_munmap, base + size, start + room - (base + size));
  }
  image.bias = base - image.low;
  return 0;
}

int Protection(uint32_t flags) {
  return ((flags & PF_R) != 0 ? PROT_READ : 0) |
         ((flags & PF_W) != 0 ? PROT_WRITE : 0) |
         ((flags & PF_X) != 0 ? PROT_EXEC : 0);
}

// The part of a segment that the file does not hold is zero.
int MapZeroes(const Elf64_Phdr& p, uint64_t at) {
  const uint64_t file_end = at + p.p_filesz, end = at + p.p_memsz;
  if (p.p_memsz == p.p_filesz) return 0;
  if ((p.p_flags & PF_W) != 0 && p.p_filesz > 0) {
    char* byte = reinterpret_cast<char*>(file_end);
    for (; byte < reinterpret_cast<char*>(Up(file_end)); ++byte) *byte = 0;
  }
  const uint64_t start = p.p_filesz > 0 ? Up(file_end) : Down(at);
  if (Up(end) <= start) return 0;
  const long map =
      Syscall(__NR_mmap, start, Up(end) - start, Protection(p.p_flags),
              MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
  return IsError(map) ? static_cast<int>(-map) : 0;
}

int MapFromFile(const ElfImage& image, const Elf64_Phdr& p, int fixed) {
  const uint64_t at = image.bias + p.p_vaddr;
  const uint64_t skew = at - Down(at);
  const long map =
      MapCode(Down(at), Up(p.p_filesz + skew), Protection(p.p_flags),
              MAP_PRIVATE | fixed, image.fd, p.p_offset - skew);
  return IsError(map) ? static_cast<int>(-map) : 0;
}

int MapSegment(const ElfImage& image, const Elf64_Phdr& p) {
  if (p.p_filesz > 0) {
    const int fixed =
        image.header.e_type == ET_EXEC ? MAP_FIXED_NOREPLACE : MAP_FIXED;
    if (const int error = MapFromFile(image, p, fixed)) return error;
  }
  return MapZeroes(p, image.bias + p.p_vaddr);
}

}  // namespace

uint64_t ElfImage::headers() const {
  for (int i = 0; i < header.e_phnum; ++i) {
    const Elf64_Phdr& p = segments[i];
    if (p.p_type == PT_PHDR) return bias + p.p_vaddr;
  }
  for (int i = 0; i < header.e_phnum; ++i) {
    const Elf64_Phdr& p = segments[i];
    if (p.p_type == PT_LOAD && header.e_phoff >= p.p_offset &&
        header.e_phoff - p.p_offset < p.p_filesz) {
      return bias + p.p_vaddr + (header.e_phoff - p.p_offset);
    }
  }
  return 0;
}

int OpenElf(const char* host, ElfImage& image) {
  constexpr long kAtFdcwd = -100, kReadCloexec = 02000000;
  image.fd = Syscall(__NR_openat, kAtFdcwd, host, kReadCloexec, 0);
  if (image.fd < 0) return static_cast<int>(-image.fd);
  int error = ReadHeaders(image);
  if (error == 0) error = MeasureSegments(image);
  if (error != 0) {
    Syscall(__NR_close, image.fd);
    image.fd = -1;
  }
  return error;
}

int MapElf(ElfImage& image) {
  int error = image.header.e_type == ET_DYN ? Reserve(image) : 0;
  for (int i = 0; error == 0 && i < image.header.e_phnum; ++i) {
    if (image.segments[i].p_type == PT_LOAD) {
      error = MapSegment(image, image.segments[i]);
    }
  }
  Syscall(__NR_close, image.fd);
  image.fd = -1;
  return error;
}

int MapCodeAgain(ElfImage& image) {
  int error = 0;
  for (int i = 0; error == 0 && i < image.header.e_phnum; ++i) {
    const Elf64_Phdr& p = image.segments[i];
    if (p.p_type == PT_LOAD && (p.p_flags & PF_X) != 0 &&
        (p.p_flags & PF_W) == 0 && p.p_filesz > 0) {
      error = MapFromFile(image, p, MAP_FIXED);
    }
  }
  Syscall(__NR_close, image.fd);
  image.fd = -1;
  return error;
}

}  // namespace relocatable
