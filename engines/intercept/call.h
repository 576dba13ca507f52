// engines/intercept/call.h - a system call on its way, and the signal frame it
// came in if it was trapped. Freestanding.
#ifndef ENGINES_INTERCEPT_CALL_H_
#define ENGINES_INTERCEPT_CALL_H_

#include <stdint.h>

namespace relocatable {

// As entry_x86_64.S lays it out on the program's stack.
struct Call {
  long number;
  long arguments[6];
  uint64_t return_to;  // where the program goes on

  template <typename T>
  T* Pointer(int i) const {
    return reinterpret_cast<T*>(arguments[i]);
  }
  void Set(int i, const void* value) {
    arguments[i] = reinterpret_cast<long>(value);
  }
};

// What a patched site's function keeps in registers: right below its Call.
struct KeptRegisters {
  uint64_t r15, r14, r13, r12, rbx, rbp;
};

// The kernel's struct rt_sigframe from uc_flags on: asm/ucontext.h and
// asm/sigcontext.h of x86-64. glibc's ucontext_t begins the same way, but its
// header needs libc's types.
struct SignalFrame {
  uint64_t flags;
  uint64_t link;
  uint64_t stack_base;
  uint32_t stack_flags;
  uint32_t padding;
  uint64_t stack_size;
  uint64_t r8, r9, r10, r11, r12, r13, r14, r15;
  uint64_t rdi, rsi, rbp, rbx, rdx, rax, rcx, rsp, rip;
  uint64_t eflags;
  uint64_t segments;
  uint64_t error, trap_number, old_mask, fault_address;
  uint64_t fp_state;
  uint64_t reserved[8];
  uint64_t mask;  // restored when the handler returns
};

// The part of siginfo_t that a SIGSYS fills (sigaction(2)).
struct TrapInfo {
  int32_t signal;
  int32_t error;  // SECCOMP_RET_DATA of the filter that trapped
  int32_t code;
  int32_t padding;
  uint64_t address;
  int32_t number;
  uint32_t arch;
};

}  // namespace relocatable

#endif  // ENGINES_INTERCEPT_CALL_H_
