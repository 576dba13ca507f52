// engines/intercept/go_functions.h - where a Go program's functions begin and
// end. Its linker makes no unwind table and its programs are often stripped;
// but the runtime needs a table of its own, .gopclntab, which is always there.
//
// Layout: Go's debug/gosym/pclntab.go and runtime/symtab.go, of Go 1.16, 1.18
// and 1.20, by the magic numbers they begin with.
//
// Freestanding.
#ifndef ENGINES_INTERCEPT_GO_FUNCTIONS_H_
#define ENGINES_INTERCEPT_GO_FUNCTIONS_H_

#include <stdint.h>

#include "engines/intercept/mapped_elf.h"

namespace relocatable {

struct FunctionRange;

// False if the file is not Go's, or has no function there.
bool FindGoFunction(const MappedElf& file, uint64_t address,
                    FunctionRange& range);

}  // namespace relocatable

#endif  // ENGINES_INTERCEPT_GO_FUNCTIONS_H_
