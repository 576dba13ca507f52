// engines/intercept/apply_sites.h - patches code in memory that nobody runs
// yet: the sites' instructions become jumps to trampolines in pages near by.
//
// Freestanding.
#ifndef ENGINES_INTERCEPT_APPLY_SITES_H_
#define ENGINES_INTERCEPT_APPLY_SITES_H_

#include <stdint.h>

#include "engines/intercept/patch_sites.h"

namespace relocatable {

// Patches the `size` bytes of a code segment at `text`, which are writable and
// as the file has them. `wants` is asked for each site's number (-1: any).
// Returns how many sites are patched; 0, and nothing is changed, if there is no
// room for trampolines within reach. A site that is not there is left out.
uint32_t ApplySites(const PatchSites& sites, uint8_t* text, uint64_t size,
                    bool (*wants)(long number));

}  // namespace relocatable

#endif  // ENGINES_INTERCEPT_APPLY_SITES_H_
