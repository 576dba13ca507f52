// engines/intercept/map_patched.h - a private mapping of a file's code with its
// sites patched.
//
// Freestanding.
#ifndef ENGINES_INTERCEPT_MAP_PATCHED_H_
#define ENGINES_INTERCEPT_MAP_PATCHED_H_

#include <stdint.h>

namespace relocatable {

// The arguments of mmap(2).
struct CodeMapping {
  uint64_t address = 0, size = 0;
  long protection = 0, flags = 0, fd = -1;
  uint64_t offset = 0;
};

long MapAsItIs(const CodeMapping& mapping);

// As mmap(2) of `mapping`, which is private, executable and not writable, with
// patched sites. It is executable only once they are: no thread can run what is
// being written.
long MapPatched(const CodeMapping& mapping);

// How many sites the file of `fd` has that can be patched.
uint32_t CountPatchSites(long fd);

}  // namespace relocatable

#endif  // ENGINES_INTERCEPT_MAP_PATCHED_H_
