// engines/intercept/code_view_x86_64.h - the bytes of one code segment, as its
// file has them, addressed as the file addresses them.
//
// Freestanding.
#ifndef ENGINES_INTERCEPT_CODE_VIEW_X86_64_H_
#define ENGINES_INTERCEPT_CODE_VIEW_X86_64_H_

#include <stdint.h>

#include "engines/intercept/decode_x86_64.h"

namespace relocatable::x86_64 {

inline constexpr uint64_t kJumpBytes = 5, kSyscallBytes = 2;

struct CodeView {
  const uint8_t* code = nullptr;
  uint64_t address = 0, size = 0;

  const uint8_t* At(uint64_t at) const { return code + (at - address); }
  bool Contains(uint64_t at) const { return at - address < size; }
  // The instruction at `at`, which ends at or before `end`; both in the code.
  Insn DecodeAt(uint64_t at, uint64_t end) const {
    return Decode(At(at), end - at);
  }
};

}  // namespace relocatable::x86_64

#endif  // ENGINES_INTERCEPT_CODE_VIEW_X86_64_H_
