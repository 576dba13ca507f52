// Any bytes as code: what an instruction claims of itself is within it, and it
// depends on its own bytes only.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <vector>

#include "engines/intercept/decode_x86_64.h"

namespace relocatable::x86_64 {
namespace {

void Require(bool holds) {
  if (!holds) abort();
}

// `size` bytes of `code`, with nothing behind them that may be read.
Insn DecodeExactly(const uint8_t* code, size_t size) {
  const std::vector<uint8_t> exact(code, code + size);
  return Decode(exact.data(), size);
}

void CheckOne(const uint8_t* code, size_t size) {
  const Insn insn = Decode(code, size);
  Require((insn.kind == Kind::kInvalid) == (insn.length == 0));
  if (insn.length == 0) return;
  Require(insn.length <= size && insn.length <= kMaxLength);
  Require(insn.modrm_at < insn.length);
  Require(insn.rip_at == 0 || insn.rip_at + 4 <= insn.length);
  if (insn.kind == Kind::kSyscall) {
    Require(insn.length == 2 && code[0] == 0x0f && code[1] == 0x05);
  }
  if (insn.kind == Kind::kMovEax) Require(insn.length == 5 && code[0] == 0xb8);
  for (int reg = 0; reg < 16; ++reg) (void)KeepsRegister(code, insn, reg);

  const Insn alone = DecodeExactly(code, insn.length);
  Require(alone.kind == insn.kind && alone.length == insn.length &&
          alone.target == insn.target && alone.immediate == insn.immediate);
  Require(DecodeExactly(code, insn.length - 1).kind == Kind::kInvalid);
}

}  // namespace
}  // namespace relocatable::x86_64

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  for (size_t at = 0; at < size; ++at) {
    relocatable::x86_64::CheckOne(data + at, size - at);
  }
  return 0;
}
