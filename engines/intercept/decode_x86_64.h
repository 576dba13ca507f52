// engines/intercept/decode_x86_64.h - where an x86-64 instruction ends, and
// where it may go next.
//
//   for (size_t at = 0; at < size; at += insn.length) {
//     insn = x86_64::Decode(code + at, size - at);
//     if (insn.kind == x86_64::Kind::kInvalid) break;
//   }
//
// Not a disassembler: it knows lengths, control flow, and the few forms that
// patching a system call needs. Code is only ever decoded forward, from a place
// known to be the start of an instruction: five bytes in front of a `syscall`
// that look like `mov $n,%eax` can be the end of a longer instruction.
//
// Sources: Intel SDM volume 2, chapter 2 and appendix A (opcode maps); AMD APM
// volume 3 for XOP, 3DNow and SSE4a. Where the two makers' processors disagree
// about a length (a near branch with the operand size prefix), the answer is
// kInvalid: no compiler makes it, and no one may rely on it.
//
// Freestanding.
#ifndef ENGINES_INTERCEPT_DECODE_X86_64_H_
#define ENGINES_INTERCEPT_DECODE_X86_64_H_

#include <stddef.h>
#include <stdint.h>

namespace relocatable::x86_64 {

inline constexpr size_t kMaxLength = 15;  // longer ones fault (SDM 2.3.11)

enum class Kind : uint8_t {
  kInvalid,       // no instruction in 64-bit mode, or it does not end in time
  kPlain,         // goes on behind itself
  kNop,           // the same, and does nothing: padding
  kMovEax,        // `mov $imm32,%eax`, exactly b8 and four bytes
  kSyscall,       // `syscall`, exactly 0f 05
  kCall,          // to `target`, then usually behind itself
  kBranch,        // to `target` or behind itself
  kJump,          // to `target`
  kIndirectCall,  // anywhere, then usually behind itself
  kIndirectJump,  // anywhere
  kReturn,        // ret, iret, sysret
  kStop,          // ud2, hlt: nowhere
};

struct Insn {
  Kind kind = Kind::kInvalid;
  uint8_t length = 0;    // 1 to 15; 0 if invalid
  uint8_t map = 0;       // opcode map: 0 (one byte), 1 (0f), 2 (0f38), 3 (0f3a)
  uint8_t opcode = 0;    // in that map
  uint8_t rex = 0;       // the REX prefix in force, or 0
  uint8_t modrm_at = 0;  // offset of the ModRM byte, or 0: has none
  uint8_t rip_at = 0;    // offset of a displacement relative to rip, or 0
  bool vector = false;   // VEX, EVEX or XOP: map is then that prefix's own
  bool address32 = false;  // has the 67 prefix: rip_at is relative to eip
  int32_t target = 0;      // of a branch, relative to the instruction's END
  uint32_t immediate = 0;  // of kMovEax
};

// Decodes the instruction at `code`, of which `size` bytes may be read.
Insn Decode(const uint8_t* code, size_t size);

// Whether execution never goes on behind an instruction of this kind.
inline constexpr bool EndsFlow(Kind kind) {
  return kind == Kind::kJump || kind == Kind::kIndirectJump ||
         kind == Kind::kReturn || kind == Kind::kStop;
}

// Whether `insn`, at `code`, certainly leaves the register as it was and does
// not branch. Registers are numbered as in instructions: 0 is rax, 8 is r8.
// False is no statement: only what compilers put between loading a number and
// `syscall` is known.
bool KeepsRegister(const uint8_t* code, const Insn& insn, int reg);

}  // namespace relocatable::x86_64

#endif  // ENGINES_INTERCEPT_DECODE_X86_64_H_
