#include "engines/intercept/code_mapping.h"

#include <asm/unistd.h>
#include <sys/mman.h>

#include "base/bare/syscall.h"

namespace relocatable {
namespace {

// Over a mapping of the original, the part of it that the twin has: whole
// pages, `[from, to)` of the file.
long MapOver(const CodeMapping& m, long original, uint64_t from, uint64_t to,
             const TwinCode& twin) {
  CodeMapping over = m.Again(original);
  over.address += from - m.offset;
  over.size = to - from;
  over.fd = twin.fd;
  over.offset = twin.offset + (from - twin.begin);
  const long result = MapAsItIs(over);
  if (!IsMapError(result)) return original;
  bare::Syscall(__NR_munmap, original, m.size);
  return result;
}

}  // namespace

CodeMapping CodeMapping::Again(long at) const {
  CodeMapping again = *this;
  again.address = static_cast<uint64_t>(at);
  again.flags = (flags | MAP_FIXED) & ~long{MAP_FIXED_NOREPLACE};
  return again;
}

long MapAsItIs(const CodeMapping& m) {
  return bare::Syscall(__NR_mmap, m.address, m.size, m.protection, m.flags,
                       m.fd, m.offset);
}

long MapTwinCode(const CodeMapping& m, const TwinCode& twin) {
  const uint64_t end = m.offset + WholePages(m.size);
  const uint64_t twin_end = twin.begin + WholePages(twin.size);
  if (m.offset >= twin.begin && end <= twin_end && end > m.offset) {
    CodeMapping all = m;
    all.fd = twin.fd;
    all.offset = twin.offset + (m.offset - twin.begin);
    return MapAsItIs(all);
  }
  const long original = MapAsItIs(m);
  const uint64_t from = m.offset > twin.begin ? m.offset : twin.begin;
  const uint64_t to = end < twin_end ? end : twin_end;
  return IsMapError(original) || from >= to
             ? original
             : MapOver(m, original, from, to, twin);
}

}  // namespace relocatable
