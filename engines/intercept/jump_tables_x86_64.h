// engines/intercept/jump_tables_x86_64.h - where a `switch` can go: the tables
// of distances that gcc and clang make of one.
//
//   lea table(%rip),%base; ...; movslq (%base,%index,4),%to; add %base,%to;
//   jmp *%to
//
// Each entry of the table is 4 bytes, the distance from the table to a case.
//
// Freestanding.
#ifndef ENGINES_INTERCEPT_JUMP_TABLES_X86_64_H_
#define ENGINES_INTERCEPT_JUMP_TABLES_X86_64_H_

#include <stdint.h>

#include "engines/intercept/code_view_x86_64.h"
#include "engines/intercept/mapped_elf.h"

namespace relocatable::x86_64 {

// An instruction and its bytes.
struct CodeAt {
  const uint8_t* code = nullptr;
  Insn insn;
};

// Whether the indirect jump `jump`, behind `add`, behind `load`, is a switch's.
bool IsTableJump(const CodeAt& load, const CodeAt& add, const CodeAt& jump);

// Reads the entries of what may be a table at `address`, from `i` on: the
// address of the next case, or 0 behind the last. Reads on where another table
// follows: too many cases do no harm.
uint64_t CaseOf(const MappedElf& file, const CodeView& code, uint64_t address,
                uint32_t i);

}  // namespace relocatable::x86_64

#endif  // ENGINES_INTERCEPT_JUMP_TABLES_X86_64_H_
