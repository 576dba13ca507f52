#include "engines/intercept/map_patched.h"

#include <asm/unistd.h>
#include <sys/mman.h>

#include "base/bare/syscall.h"
#include "engines/intercept/apply_sites.h"
#include "engines/intercept/mapped_elf.h"
#include "engines/intercept/segment_sites.h"

namespace relocatable {
namespace {

using bare::Syscall;

// The sites of what is mapped, and where the segment's bytes are in it.
struct MappedSegment {
  uint64_t skew = 0, size = 0;
  PatchSites sites;
};

// False if none are known: it is no code, or its file is no program.
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
  return p != nullptr;
}

// Patches the code at `at`, which can be written, and makes it what `mapping`
// asks for. False if it cannot be patched.
bool Patch(const CodeMapping& mapping, const MappedSegment& segment, long at,
           PatchedCode& made) {
  uint8_t* const code = reinterpret_cast<uint8_t*>(at);
  const Trampolines trampolines =
      ApplySites(segment.sites, code + segment.skew, segment.size);
  // It fails under SELinux's execmod: what was written may not be run.
  if (trampolines.at == nullptr ||
      Syscall(__NR_mprotect, at, mapping.size, mapping.protection) != 0) {
    return false;
  }
  made = {true, code, WholePages(segment.skew + segment.size), trampolines.at,
          trampolines.size};
  return true;
}

}  // namespace

long MapPatched(const CodeMapping& mapping, PatchedCode& made) {
  MappedSegment segment;
  if (!FindSites(mapping, segment)) return MapAsItIs(mapping);
  made.complete = segment.sites.count == 0;
  if (made.complete) return MapAsItIs(mapping);
  CodeMapping writable = mapping;
  writable.protection = PROT_READ | PROT_WRITE;
  const long result = MapAsItIs(writable);
  if (IsMapError(result)) return MapAsItIs(mapping);
  return Patch(mapping, segment, result, made)
             ? result
             : MapAsItIs(mapping.Again(result));
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
