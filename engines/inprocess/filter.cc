#include "engines/inprocess/filter.h"

#include <asm/unistd.h>
#include <errno.h>
#include <linux/audit.h>
#include <linux/prctl.h>
#include <linux/seccomp.h>

#include "base/bare/syscall.h"
#include "engines/intercept/library_signals.h"
#include "engines/intercept/memory_range.h"
#include "engines/intercept/syscall_table.h"

namespace relocatable {
namespace {

using bare::Syscall;

// A jump whose target is not known yet.
constexpr uint32_t kToTrap = 0xffff;

class Builder {
 public:
  Builder(uint32_t action, Filter& filter) : action_(action), filter_(filter) {}

  void Build() {
    Load(offsetof(seccomp_data, arch));
    Jump(BPF_JEQ, AUDIT_ARCH_X86_64, 1, 0);
    Return(SECCOMP_RET_ALLOW);
    Load(offsetof(seccomp_data, nr));
    FindRanges();
    Search(0, range_count_);
    Trap();
  }

 private:
  // A run of numbers with the same fate: nullptr allows.
  struct Range {
    uint32_t first;
    const SyscallRow* row;
  };

  bool IsForTracing() const {
    return (action_ & SECCOMP_RET_ACTION_FULL) == SECCOMP_RET_TRACE;
  }

  void Emit(uint16_t code, uint8_t jt, uint8_t jf, uint32_t k) {
    filter_.code[filter_.size++] = {code, jt, jf, k};
  }
  void Load(uint32_t offset) { Emit(BPF_LD | BPF_W | BPF_ABS, 0, 0, offset); }
  void Jump(uint16_t how, uint32_t value, uint8_t yes, uint8_t no) {
    Emit(static_cast<uint16_t>(BPF_JMP | how | BPF_K), yes, no, value);
  }
  void Return(uint32_t action) { Emit(BPF_RET | BPF_K, 0, 0, action); }
  void LoadArgument(int i) {  // the low half
    Load(static_cast<uint32_t>(offsetof(seccomp_data, args) + 8 * i));
  }
  void LoadArgumentHigh(int i) {
    Load(static_cast<uint32_t>(offsetof(seccomp_data, args) + 8 * i + 4));
  }

  void FindRanges() {
    const SyscallRow* before = nullptr;
    for (uint32_t number = 0; number <= kMaxSyscall; ++number) {
      const SyscallRow* row = FindSyscall(number);
      if (row != nullptr && IsForTracing() && !IsForTracer(*row)) {
        row = nullptr;
      }
      // Rows that need no look at their arguments are one fate.
      if (row != nullptr && row->pass == Pass::kNever) row = &any_;
      if (number > 0 && row == before) continue;
      ranges_[range_count_++] = {number, row};
      before = row;
    }
  }

  // Bisects ranges [low, high) by the number, which is in the accumulator.
  void Search(int low, int high) {
    if (high - low == 1) {
      Leaf(ranges_[low].row);
      return;
    }
    const int middle = low + (high - low) / 2;
    // Conditional jumps reach 255 instructions; an unconditional one any
    // number.
    Jump(BPF_JGE, ranges_[middle].first, 0, 1);
    const size_t over = filter_.size;
    Emit(BPF_JMP | BPF_JA, 0, 0, 0);
    Search(low, middle);
    filter_.code[over].k = static_cast<uint32_t>(filter_.size - over - 1);
    Search(middle, high);
  }

  void Leaf(const SyscallRow* row) {
    if (row == nullptr) {
      Return(SECCOMP_RET_ALLOW);
      return;
    }
    AllowByArguments(*row);
    traps_[trap_count_++] = filter_.size;
    Emit(BPF_JMP | BPF_JA, 0, 0, kToTrap);
  }

  // Allows calls of which there is nothing to do; falls through for the others.
  void AllowByArguments(const SyscallRow& row) {
    switch (row.pass) {
      case Pass::kNever:
        return;
      case Pass::kNoData:
        AllowIfNull(row.data);
        return;
      case Pass::kData:
        LoadArgument(row.data);
        Jump(BPF_JEQ, 0, 1, 0);
        Return(SECCOMP_RET_ALLOW);
        return;
      case Pass::kEmptyBitOnly:
        LoadArgument(row.paths[0].bits);
        Jump(BPF_JEQ, row.paths[0].empty_bit, 0, 1);
        Return(SECCOMP_RET_ALLOW);
        return;
      case Pass::kNoNewCode:
        LoadArgument(2);
        Jump(BPF_JSET, 4, 0, 2);  // PROT_EXEC
        LoadArgument(3);
        Jump(BPF_JSET, 0x20, 0, 1);  // MAP_ANONYMOUS
        Return(SECCOMP_RET_ALLOW);
        return;
      case Pass::kUnblock:
        LoadArgument(0);
        Jump(BPF_JEQ, 1, 0, 1);  // SIG_UNBLOCK
        Return(SECCOMP_RET_ALLOW);
        AllowIfNull(row.data);
        return;
      case Pass::kOtherSignal:
        LoadArgument(0);
        if (IsForTracing()) {
          Jump(BPF_JGE, kFirstLibrarySignal, 0, 1);
          Jump(BPF_JGT, kLastLibrarySignal, 0, 1);
          Return(SECCOMP_RET_ALLOW);
          return;
        }
        Jump(BPF_JEQ, 31, 7, 0);  // SIGSYS
        Jump(BPF_JEQ, 11, 6, 0);  // SIGSEGV
        Jump(BPF_JEQ, 7, 5, 0);   // SIGBUS
        AllowIfNull(row.data);
        return;
    }
  }

  // Five instructions.
  void AllowIfNull(int argument) {
    LoadArgument(argument);
    Jump(BPF_JEQ, 0, 0, 3);
    LoadArgumentHigh(argument);
    Jump(BPF_JEQ, 0, 0, 1);
    Return(SECCOMP_RET_ALLOW);
  }

  // Where every leaf that traps ends: calls of the interceptor itself pass.
  void Trap() {
    for (int i = 0; i < trap_count_; ++i) {
      filter_.code[traps_[i]].k =
          static_cast<uint32_t>(filter_.size - traps_[i] - 1);
    }
    constexpr uint32_t kBase = static_cast<uint32_t>(kInterceptBase);
    constexpr uint32_t kMask = ~static_cast<uint32_t>(kInterceptCodeSize - 1);
    Load(offsetof(seccomp_data, instruction_pointer));
    Emit(BPF_ALU | BPF_AND | BPF_K, 0, 0, kMask);
    Jump(BPF_JEQ, kBase, 0, 3);
    Load(offsetof(seccomp_data, instruction_pointer) + 4);
    Jump(BPF_JEQ, 0, 0, 1);
    Return(SECCOMP_RET_ALLOW);
    Return(action_);
  }

  const uint32_t action_;
  Filter& filter_;
  SyscallRow any_;
  Range ranges_[2 * kMaxSyscall];
  int range_count_ = 0;
  size_t traps_[256];
  int trap_count_ = 0;
};

}  // namespace

void BuildFilter(uint32_t action, Filter& filter) {
  filter.size = 0;
  Builder(action, filter).Build();
}

int CanInstallFilter(uint32_t action) {
  return static_cast<int>(
      -Syscall(__NR_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &action));
}

int InstallFilter(const Filter& filter) {
  long result = Syscall(__NR_prctl, PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  if (result < 0) return static_cast<int>(-result);
  const sock_fprog program = {static_cast<unsigned short>(filter.size),
                              const_cast<sock_filter*>(filter.code)};
  // Without SPEC_ALLOW, kernels before 5.16 turn speculation off for the
  // program.
  result = Syscall(__NR_seccomp, SECCOMP_SET_MODE_FILTER,
                   SECCOMP_FILTER_FLAG_SPEC_ALLOW, &program);
  return result < 0 ? static_cast<int>(-result) : 0;
}

}  // namespace relocatable
