#include "engines/userns/linker/linker.h"

#include <asm/unistd.h>
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "base/bare/str.h"
#include "base/bare/syscall.h"
#include "engines/userns/descriptors.h"
#include "engines/userns/linker/switch.h"

namespace relocatable::userns {
namespace {

using bare::Str;
using bare::Syscall;

constexpr unsigned char kSwitch[] = {
#include "engines/userns/linker/switch.inc"
};

constexpr uint64_t kPage = 4096;
constexpr uint64_t kLargest = 16 << 20;
constexpr uint64_t Up(uint64_t x) { return (x + kPage - 1) & ~(kPage - 1); }

// The original, mapped.
struct Original {
  const char* bytes = nullptr;
  uint64_t size = 0;

  const Elf64_Ehdr& header() const {
    return *reinterpret_cast<const Elf64_Ehdr*>(bytes);
  }
  const Elf64_Phdr* segments() const {
    return reinterpret_cast<const Elf64_Phdr*>(bytes + header().e_phoff);
  }
};

bool IsLinker(const Original& o) {
  const Elf64_Ehdr& h = o.header();
  return o.size > sizeof(h) && Str(o.bytes, SELFMAG) == Str(ELFMAG, SELFMAG) &&
         h.e_ident[EI_CLASS] == ELFCLASS64 && h.e_machine == EM_X86_64 &&
         h.e_type == ET_DYN && h.e_phentsize == sizeof(Elf64_Phdr) &&
         h.e_phoff % alignof(Elf64_Phdr) == 0 && h.e_phoff < o.size &&
         h.e_phnum * sizeof(Elf64_Phdr) <= o.size - h.e_phoff;
}

// The header that the new segment takes. Kernels before 5.18 want the last
// PT_LOAD to be the highest.
int FindSpare(const Original& o, uint64_t& end) {
  int spare = -1;
  end = 0;
  for (int i = 0; i < o.header().e_phnum; ++i) {
    const Elf64_Phdr& p = o.segments()[i];
    if (p.p_type == PT_LOAD) {
      spare = -1;
      if (p.p_vaddr + p.p_memsz > end) end = p.p_vaddr + p.p_memsz;
    } else if (spare < 0 &&
               (p.p_type == PT_NOTE || p.p_type == PT_GNU_PROPERTY)) {
      spare = i;
    }
  }
  return spare;
}

bool Write(long fd, const void* bytes, uint64_t size, uint64_t at) {
  return Syscall(__NR_pwrite64, fd, bytes, size, at) == static_cast<long>(size);
}

int WriteCopy(const Original& o, long fd, bool packed, LinkerUse use) {
  uint64_t end;
  const int spare = FindSpare(o, end);
  if (spare < 0) return ENOEXEC;
  Elf64_Phdr segment = {};
  segment.p_type = PT_LOAD;
  segment.p_flags = PF_R | PF_X;
  segment.p_offset = Up(o.size);
  segment.p_vaddr = segment.p_paddr = Up(end);
  segment.p_filesz = segment.p_memsz = sizeof(kSwitch);
  segment.p_align = kPage;
  const uint64_t start = segment.p_vaddr + sizeof(SwitchHeader);
  const SwitchHeader header = {o.header().e_entry - segment.p_vaddr, packed,
                               use};
  const uint64_t place = o.header().e_phoff + spare * sizeof(segment);
  const bool written =
      Write(fd, o.bytes, o.size, 0) &&
      Write(fd, &segment, sizeof(segment), place) &&
      Write(fd, &start, sizeof(start), offsetof(Elf64_Ehdr, e_entry)) &&
      Write(fd, kSwitch, sizeof(kSwitch), segment.p_offset) &&
      Write(fd, &header, sizeof(header), segment.p_offset);
  return written ? 0 : ENOSPC;
}

int Map(const char* path, Original& o) {
  const long fd = OpenFile(path, O_RDONLY);
  if (fd < 0) return static_cast<int>(-fd);
  struct stat st;
  long map = -ENOEXEC;
  if (Syscall(__NR_newfstatat, fd, "", &st, AT_EMPTY_PATH) == 0 &&
      st.st_size > static_cast<long>(sizeof(Elf64_Ehdr)) &&
      st.st_size < static_cast<long>(kLargest)) {
    o.size = static_cast<uint64_t>(st.st_size);
    map = Syscall(__NR_mmap, nullptr, o.size, PROT_READ,
                  MAP_PRIVATE | MAP_POPULATE, fd, 0);
  }
  CloseFile(fd);
  if (map < 0 && map > -4096) return static_cast<int>(-map);
  o.bytes = reinterpret_cast<const char*>(map);
  return 0;
}

}  // namespace

int CopyLinker(const char* original, const char* copy, bool packed,
               LinkerUse use) {
  Original o;
  if (const int error = Map(original, o)) return error;
  int error = ENOEXEC;
  if (IsLinker(o)) {
    const long fd = OpenFile(copy, O_CREAT | O_EXCL | O_WRONLY, 0755);
    error = fd < 0 ? static_cast<int>(-fd) : WriteCopy(o, fd, packed, use);
    CloseFile(fd);
  }
  Syscall(__NR_munmap, o.bytes, o.size);
  return error;
}

}  // namespace relocatable::userns
