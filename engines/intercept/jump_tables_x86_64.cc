#include "engines/intercept/jump_tables_x86_64.h"

namespace relocatable::x86_64 {
namespace {

constexpr uint32_t kMostCases = 4096;

// The fields of ModRM and SIB with the bits of the REX prefix (SDM 2.2.1.2).
struct Operands {
  int mod, reg, rm, scale, index, base;
};

Operands OperandsOf(const CodeAt& at) {
  const int rex = at.insn.rex;
  const uint8_t modrm = at.code[at.insn.modrm_at];
  const uint8_t sib = at.code[at.insn.modrm_at + 1];
  return {modrm >> 6,
          (modrm >> 3 & 7) | (rex & 4) << 1,
          (modrm & 7) | (rex & 1) << 3,
          sib >> 6,
          (sib >> 3 & 7) | (rex & 2) << 2,
          (sib & 7) | (rex & 1) << 3};
}

bool Is(const CodeAt& at, uint8_t opcode) {
  return at.code != nullptr && at.insn.map == 0 && !at.insn.vector &&
         at.insn.opcode == opcode && at.insn.modrm_at != 0;
}

}  // namespace

bool IsTableJump(const CodeAt& load, const CodeAt& add, const CodeAt& jump) {
  constexpr uint8_t kMovslq = 0x63, kAddTo = 0x01, kAddFrom = 0x03,
                    kGroup5 = 0xff;
  constexpr int kRegister = 3, kBySib = 4, kTimesFour = 2;
  if (!Is(load, kMovslq) || !Is(jump, kGroup5) ||
      (!Is(add, kAddTo) && !Is(add, kAddFrom))) {
    return false;
  }
  const Operands l = OperandsOf(load), a = OperandsOf(add);
  const Operands j = OperandsOf(jump);
  const bool to_rm = add.insn.opcode == kAddTo;
  return l.mod == 0 && (l.rm & 7) == kBySib && l.scale == kTimesFour &&
         a.mod == kRegister && (to_rm ? a.rm : a.reg) == l.reg &&
         (to_rm ? a.reg : a.rm) == l.base && j.mod == kRegister &&
         j.rm == l.reg;
}

uint64_t CaseOf(const MappedElf& file, const CodeView& code, uint64_t address,
                uint32_t i) {
  const uint8_t* entry =
      i < kMostCases && !code.Contains(address)
          ? file.AtAddress(address + uint64_t{i} * 4, sizeof(int32_t))
          : nullptr;
  if (entry == nullptr) return 0;
  const uint64_t to =
      address + static_cast<uint64_t>(int64_t{LoadFrom<int32_t>(entry)});
  return code.Contains(to) ? to : 0;
}

}  // namespace relocatable::x86_64
