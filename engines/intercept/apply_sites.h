// engines/intercept/apply_sites.h - patches code in memory that nobody runs
// yet: the sites' instructions become jumps to trampolines in pages near by.
//
// Freestanding.
#ifndef ENGINES_INTERCEPT_APPLY_SITES_H_
#define ENGINES_INTERCEPT_APPLY_SITES_H_

#include <stdint.h>

#include "engines/intercept/patch_sites.h"

namespace relocatable {

// The pages of ours that patched code jumps to.
struct Trampolines {
  uint8_t* at = nullptr;
  uint64_t size = 0;
};

// Patches the `size` bytes of a code segment at `text`, which are writable and
// as the file has them. No trampolines, and nothing is changed, if there is no
// room for them within reach. A site that is not there is left out.
Trampolines ApplySites(const PatchSites& sites, uint8_t* text, uint64_t size);

}  // namespace relocatable

#endif  // ENGINES_INTERCEPT_APPLY_SITES_H_
