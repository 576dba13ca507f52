// engines/intercept/function_range.h - the function that an address of an ELF
// file's code lies in, as the file itself says: by its unwind table (LSB core,
// 10.6: .eh_frame_hdr has a table sorted by address), by Go's table of
// functions, else by its symbols.
//
// Freestanding.
#ifndef ENGINES_INTERCEPT_FUNCTION_RANGE_H_
#define ENGINES_INTERCEPT_FUNCTION_RANGE_H_

#include <stdint.h>

#include "engines/intercept/mapped_elf.h"

namespace relocatable {

struct FunctionRange {
  uint64_t begin = 0, end = 0;
  bool landing_pads = false;  // an exception can continue somewhere in it
};

// False if the file does not say.
bool FindFunction(const MappedElf& file, uint64_t address,
                  FunctionRange& range);

}  // namespace relocatable

#endif  // ENGINES_INTERCEPT_FUNCTION_RANGE_H_
