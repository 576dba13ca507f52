#include "engines/intercept/map_patched.h"

#include <asm/unistd.h>
#include <sys/mman.h>

#include "base/bare/syscall.h"
#include "engines/intercept/apply_sites.h"
#include "engines/intercept/mapped_elf.h"
#include "engines/intercept/segment_sites.h"
#include "engines/intercept/session.h"
#include "engines/intercept/syscall_table.h"

namespace relocatable {
namespace {

using bare::Syscall;

bool IsError(long result) { return result < 0 && result > -4096; }

// The sites of what is mapped, and where the segment's bytes are in it.
struct MappedSegment {
  uint64_t skew = 0, size = 0;
  PatchSites sites;
};

bool FindSites(const CodeMapping& mapping, MappedSegment& segment) {
  MappedElf file;
  if (!MapElfFile(mapping.fd, file)) return false;
  const Elf64_Phdr* p = FindCodeSegment(file, mapping.offset, mapping.size);
  if (p != nullptr) {
    segment.skew = p->p_offset - mapping.offset;
    segment.size = p->p_filesz;
    FindSegmentSites(file, *p, segment.sites);
  }
  UnmapElfFile(file);
  return p != nullptr && segment.sites.count > 0;
}

// Without a floor nothing has to stay unblocked.
bool Wants(long number) {
  const SyscallRow* row = FindSyscall(number);
  if (session.floor != Floor::kNone || row == nullptr) return true;
  return row->handling != Handling::kBlockSignals &&
         row->handling != Handling::kWaitMask &&
         row->handling != Handling::kWaitMaskPair;
}

}  // namespace

long MapAsItIs(const CodeMapping& m) {
  return Syscall(__NR_mmap, m.address, m.size, m.protection, m.flags, m.fd,
                 m.offset);
}

long MapPatched(const CodeMapping& mapping) {
  MappedSegment segment;
  if (!FindSites(mapping, segment)) return MapAsItIs(mapping);
  CodeMapping writable = mapping;
  writable.protection = PROT_READ | PROT_WRITE;
  const long result = MapAsItIs(writable);
  if (IsError(result)) return MapAsItIs(mapping);
  const auto at = static_cast<uint64_t>(result);
  ApplySites(segment.sites, reinterpret_cast<uint8_t*>(at + segment.skew),
             segment.size, Wants);
  if (Syscall(__NR_mprotect, at, mapping.size, mapping.protection) == 0) {
    return result;
  }
  // SELinux's execmod: what was written may not be run.
  CodeMapping original = mapping;
  original.address = at;
  original.flags |= MAP_FIXED;
  original.flags &= ~long{MAP_FIXED_NOREPLACE};
  return MapAsItIs(original);
}

uint32_t CountPatchSites(long fd) {
  MappedElf file;
  if (!MapElfFile(fd, file)) return 0;
  PatchSites sites;
  uint32_t count = 0;
  for (int i = 0; const Elf64_Phdr* p = file.Segment(i); ++i) {
    if (p->p_type != PT_LOAD || (p->p_flags & PF_X) == 0) continue;
    FindSegmentSites(file, *p, sites);
    count += sites.count;
  }
  UnmapElfFile(file);
  return count;
}

}  // namespace relocatable
