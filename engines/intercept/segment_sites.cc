#include "engines/intercept/segment_sites.h"

#include "engines/intercept/code_view_x86_64.h"
#include "engines/intercept/function_range.h"
#include "engines/intercept/function_sites_x86_64.h"
#include "engines/intercept/jump_scan_x86_64.h"

namespace relocatable {
namespace {

using x86_64::CodeView;
using x86_64::FunctionSites;

constexpr uint64_t kPage = 4096;

void MeasureImage(const MappedElf& file, uint64_t address, PatchSites& sites) {
  uint64_t low = address, high = address;
  for (int i = 0; const Elf64_Phdr* p = file.Segment(i); ++i) {
    if (p->p_type != PT_LOAD) continue;
    if (p->p_vaddr < low) low = p->p_vaddr;
    if (p->p_vaddr + p->p_memsz > high) high = p->p_vaddr + p->p_memsz;
  }
  sites.image_before = address - (low & ~(kPage - 1));
  sites.image_behind = ((high + kPage - 1) & ~(kPage - 1)) - address;
}

// The functions that hold two bytes which may be a `syscall`.
void ReadFunctions(const MappedElf& file, const CodeView& code,
                   PatchSites& sites) {
  const uint64_t code_end = code.address + code.size;
  uint64_t done = code.address;  // functions below have been read
  for (uint64_t i = 0; i + x86_64::kSyscallBytes <= code.size; ++i) {
    if (code.code[i] != 0x0f || code.code[i + 1] != 0x05) continue;
    const uint64_t address = code.address + i;
    if (address < done) continue;
    FunctionRange range;
    if (!FindFunction(file, address, range) || !code.Contains(range.begin) ||
        range.end <= range.begin || range.end > code_end) {
      continue;
    }
    FunctionSites(file, code, range, sites).Find();
    done = range.end;
  }
}

}  // namespace

const Elf64_Phdr* FindCodeSegment(const MappedElf& file, uint64_t offset,
                                  uint64_t size) {
  for (int i = 0; const Elf64_Phdr* p = file.Segment(i); ++i) {
    if (p->p_type == PT_LOAD && (p->p_flags & PF_X) != 0 &&
        (p->p_offset & ~(kPage - 1)) == offset &&
        p->p_offset - offset <= size &&
        p->p_filesz <= size - (p->p_offset - offset)) {
      return p;
    }
  }
  return nullptr;
}

void FindSegmentSites(const MappedElf& file, const Elf64_Phdr& segment,
                      PatchSites& sites) {
  sites.left = sites.count = 0;
  MeasureImage(file, segment.p_vaddr, sites);
  const CodeView code = {file.At(segment.p_offset, segment.p_filesz),
                         segment.p_vaddr, segment.p_filesz};
  if (code.code == nullptr) return;
  ReadFunctions(file, code, sites);
  x86_64::DropEnteredSites(file, code, sites);
}

}  // namespace relocatable
