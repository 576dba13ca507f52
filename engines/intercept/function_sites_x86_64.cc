#include "engines/intercept/function_sites_x86_64.h"

#include "engines/intercept/jump_tables_x86_64.h"
#include "engines/intercept/syscall_table.h"

namespace relocatable::x86_64 {
namespace {

constexpr long kUnknown = -1;

// What rax holds behind `insn`, if it is a constant.
long NumberAfter(const uint8_t* code, const Insn& insn, long before) {
  if (insn.kind == Kind::kMovEax) return insn.immediate;
  if (code[0] == 0x31 && code[1] == 0xc0) return 0;  // xor %eax,%eax
  return KeepsRegister(code, insn, 0) ? before : kUnknown;
}

}  // namespace

void FunctionSites::Find() {
  if (!FindTargets()) return;
  long number = kUnknown;
  for (uint64_t at = range_.begin; at < range_.end;) {
    if (IsTarget(at)) number = kUnknown;
    const Insn insn = code_.DecodeAt(at, range_.end);
    if (insn.kind == Kind::kSyscall) {
      Take(at, number);
      number = kUnknown;
    } else {
      number = NumberAfter(code_.At(at), insn, number);
    }
    past_[past_count_++ % kRemembered] = {at, insn};
    at += insn.length;
  }
}

bool FunctionSites::FindTargets() {
  const uint64_t size = range_.end - range_.begin;
  // Of code that does not begin as a function does, such as a part that the
  // compiler split off, not every jump is known.
  closed_ =
      !range_.landing_pads && size <= kMostBytes && range_.begin % 16 == 0;
  for (uint64_t i = 0; i < sizeof(targets_) && i <= size / 8; ++i) {
    targets_[i] = 0;
  }
  bool needs_table = false;
  CodeAt before[2];  // the last instruction, and the one before
  for (uint64_t at = range_.begin; at < range_.end;) {
    const CodeAt here = {code_.At(at), code_.DecodeAt(at, range_.end)};
    const Insn& insn = here.insn;
    if (insn.kind == Kind::kInvalid) return false;
    at += insn.length;
    if (insn.kind == Kind::kIndirectJump) {
      const bool is_switch = IsTableJump(before[1], before[0], here);
      needs_table = needs_table || is_switch;
      closed_ = closed_ && is_switch;
    } else if (insn.kind == Kind::kBranch || insn.kind == Kind::kJump ||
               insn.kind == Kind::kCall) {
      AddTarget(at + static_cast<uint64_t>(int64_t{insn.target}));
    } else if (insn.rip_at != 0) {
      const int64_t distance = LoadFrom<int32_t>(here.code + insn.rip_at);
      AddTarget(at + static_cast<uint64_t>(distance));
      AddCases(at + static_cast<uint64_t>(distance));
    }
    before[1] = before[0];
    before[0] = here;
  }
  closed_ = closed_ && (has_table_ || !needs_table);
  return true;
}

void FunctionSites::AddCases(uint64_t address) {
  uint32_t i = 0;
  while (const uint64_t to = CaseOf(file_, code_, address, i)) {
    AddTarget(to);
    ++i;
  }
  has_table_ = has_table_ || i > 0;
}

void FunctionSites::AddTarget(uint64_t address) {
  const uint64_t to = address - range_.begin;
  if (to >= range_.end - range_.begin || to >= kMostBytes) return;
  targets_[to / 8] = static_cast<uint8_t>(targets_[to / 8] | 1u << to % 8);
}

bool FunctionSites::IsTarget(uint64_t address) const {
  const uint64_t to = address - range_.begin;
  return to >= kMostBytes || (targets_[to / 8] >> to % 8 & 1) != 0;
}

const FunctionSites::Past* FunctionSites::Before(int steps) const {
  if (steps > past_count_ || steps > kRemembered) return nullptr;
  return &past_[(past_count_ - steps) % kRemembered];
}

// Whether the instruction does the same elsewhere, once its displacement is
// corrected. endbr64 marks a place and must stay.
bool FunctionSites::IsMovable(uint64_t address, const Insn& insn) const {
  const bool endbr64 = insn.map == 1 && insn.opcode == 0x1e &&
                       code_.At(address)[insn.modrm_at] == 0xfa;
  return (insn.kind == Kind::kPlain || insn.kind == Kind::kNop ||
          insn.kind == Kind::kMovEax) &&
         !endbr64 && (insn.rip_at == 0 || !insn.address32);
}

void FunctionSites::Take(uint64_t address, long number) {
  if (number != kUnknown && FindSyscall(number) == nullptr) return;
  PatchSite site = {};
  const uint64_t at = address - code_.address;
  site.at = static_cast<uint32_t>(at);
  // What jumps to the `syscall` itself does not come by what is before it.
  const bool first_behind = IsTarget(address);
  if (site.at != at || sites_.count == kMaxPatchSites ||
      !((first_behind && ByBehind(site, address)) || ByNumber(site, address) ||
        ByBefore(site, address) || ByBehind(site, address))) {
    ++sites_.left;
    return;
  }
  taken_ = code_.address + site.end();
  sites_.sites[sites_.count++] = site;
}

bool FunctionSites::ByNumber(PatchSite& site, uint64_t address) const {
  const Past* last = Before(1);
  if (last == nullptr || last->insn.kind != Kind::kMovEax ||
      last->address < taken_) {
    return false;
  }
  site.behind = 0;
  site.before = static_cast<uint8_t>(address - last->address);
  site.number = static_cast<uint16_t>(last->insn.immediate);
  return true;
}

bool FunctionSites::ByBefore(PatchSite& site, uint64_t address) const {
  uint64_t begin = address;
  int steps = 0;
  while (address - begin < kJumpBytes) {
    const Past* past = Before(++steps);
    if (past == nullptr || past->address < taken_ ||
        !IsMovable(past->address, past->insn)) {
      return false;
    }
    // What was moved so far must not be jumped to.
    if (steps > 1 && IsTarget(begin)) return false;
    begin = past->address;
  }
  site.behind = 0;
  site.before = static_cast<uint8_t>(address - begin);
  site.number = PatchSite::kAnyNumber;
  return steps == 1 || closed_;
}

bool FunctionSites::ByBehind(PatchSite& site, uint64_t address) const {
  const uint64_t start = address + kSyscallBytes;
  uint64_t end = start;
  while (end - address < kJumpBytes) {
    if (end >= range_.end || IsTarget(end)) return false;
    const Insn insn = code_.DecodeAt(end, range_.end);
    if (!IsMovable(end, insn)) return false;
    end += insn.length;
  }
  site.before = 0;
  site.behind = static_cast<uint8_t>(end - start);
  site.number = PatchSite::kAnyNumber;
  return closed_;
}

}  // namespace relocatable::x86_64
