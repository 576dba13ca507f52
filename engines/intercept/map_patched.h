// engines/intercept/map_patched.h - a private mapping of a file's code with its
// sites patched.
//
// Freestanding.
#ifndef ENGINES_INTERCEPT_MAP_PATCHED_H_
#define ENGINES_INTERCEPT_MAP_PATCHED_H_

#include <stdint.h>

#include "engines/intercept/code_mapping.h"

namespace relocatable {

// What became of the code of a mapping.
struct PatchedCode {
  // It is known of all its sites that they are patched, or cannot be.
  bool complete = false;
  // Its whole pages, and those of its trampolines; none if nothing is patched.
  const uint8_t* code = nullptr;
  uint64_t size = 0;
  const uint8_t* trampolines = nullptr;
  uint64_t trampolines_size = 0;
};

// As mmap(2) of `mapping`, which is private, executable and not writable, with
// patched sites. It is executable only once they are: no thread can run what is
// being written.
long MapPatched(const CodeMapping& mapping, PatchedCode& made);

// How many sites the file of `fd` has that can be patched.
uint32_t CountPatchSites(long fd);

}  // namespace relocatable

#endif  // ENGINES_INTERCEPT_MAP_PATCHED_H_
