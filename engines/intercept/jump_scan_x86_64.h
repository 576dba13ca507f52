// engines/intercept/jump_scan_x86_64.h - the last check of sites where several
// instructions move: could anything jump between them?
//
// The jumps of the site's own function are known, since it was decoded. All
// else of the segment is read byte by byte, wherever its instructions may
// start, for what could be a jump, a call or an address with that distance. It
// is wrong in one direction only: some sites are given up without need.
//
// Freestanding.
#ifndef ENGINES_INTERCEPT_JUMP_SCAN_X86_64_H_
#define ENGINES_INTERCEPT_JUMP_SCAN_X86_64_H_

#include "engines/intercept/code_view_x86_64.h"
#include "engines/intercept/mapped_elf.h"
#include "engines/intercept/patch_sites.h"

namespace relocatable::x86_64 {

// Takes the sites that may be entered out of `sites`, and counts them as left.
void DropEnteredSites(const MappedElf& file, const CodeView& code,
                      PatchSites& sites);

}  // namespace relocatable::x86_64

#endif  // ENGINES_INTERCEPT_JUMP_SCAN_X86_64_H_
