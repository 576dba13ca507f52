// engines/intercept/segment_sites.h - finds the sites of a file's code that can
// be patched while it is mapped.
//
// Freestanding.
#ifndef ENGINES_INTERCEPT_SEGMENT_SITES_H_
#define ENGINES_INTERCEPT_SEGMENT_SITES_H_

#include <elf.h>

#include "engines/intercept/mapped_elf.h"
#include "engines/intercept/patch_sites.h"

namespace relocatable {

// The code segment whose bytes in the file lie within [offset, offset + size)
// and begin in its first page; nullptr if there is none.
const Elf64_Phdr* FindCodeSegment(const MappedElf& file, uint64_t offset,
                                  uint64_t size);

// Fills `sites` for one segment of the file. Reads all of its code: about one
// millisecond for each megabyte.
void FindSegmentSites(const MappedElf& file, const Elf64_Phdr& segment,
                      PatchSites& sites);

}  // namespace relocatable

#endif  // ENGINES_INTERCEPT_SEGMENT_SITES_H_
