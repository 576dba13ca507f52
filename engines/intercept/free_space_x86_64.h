// engines/intercept/free_space_x86_64.h - where a file has room for code of
// ours, without moving a byte of its own.
//
// Two kinds of places: the zeros between a code segment's end and the end of
// its last page, which are mapped with it (0 to 4095 bytes: a linker's luck);
// and the padding between functions, which nothing runs: it lies between two
// regions of which the first does not go on behind its end, is nothing but
// no-ops, and nobody refers to it.
#ifndef ENGINES_INTERCEPT_FREE_SPACE_X86_64_H_
#define ENGINES_INTERCEPT_FREE_SPACE_X86_64_H_

#include <cstdint>
#include <vector>

#include "engines/intercept/sweep_x86_64.h"

namespace relocatable::x86_64 {

struct Fragment {
  uint64_t address = 0;
  uint64_t size = 0;
};

// Fragments of at least `at_least` bytes: slack first, then padding.
std::vector<Fragment> FreeSpace(const Sweep& sweep, uint64_t at_least);

}  // namespace relocatable::x86_64

#endif  // ENGINES_INTERCEPT_FREE_SPACE_X86_64_H_
