#include "engines/intercept/count_entries.h"

#include "engines/intercept/syscall_table.h"

namespace relocatable {
namespace {

TwinCounts& Counts() {
  return *reinterpret_cast<TwinCounts*>(kTwinCountsAddress);
}

void Add(uint64_t& counter) {
  __atomic_fetch_add(&counter, 1, __ATOMIC_RELAXED);
}

void NoteReturn(uint64_t address) {
  constexpr uint64_t kSize = sizeof(TwinCounts::returns) / sizeof(uint64_t);
  for (uint64_t i = 0; i < kSize; ++i) {
    uint64_t* slot = &Counts().returns[(address + i) % kSize];
    uint64_t empty = 0;
    if (__atomic_compare_exchange_n(slot, &empty, address, false,
                                    __ATOMIC_RELAXED, __ATOMIC_RELAXED) ||
        empty == address) {
      return;
    }
  }
}

}  // namespace

// Whether to make the call here.
extern "C" bool CountCall(uint64_t number, uint64_t back, bool generic) {
  NoteReturn(back);
  if (!generic) {
    Add(Counts().fast);
    return true;
  }
  const bool in_table = FindSyscall(number) != nullptr;
  Add(in_table ? Counts().generic : Counts().other);
  return in_table;
}

// Both entries keep every register but rax, rcx and r11, and the red zone. The
// word at (%rsp) at the end is the rcx that came in.
asm(R"(
  .text
  .macro ENTER generic
  lea -128(%rsp),%rsp
  push %rcx
  push %rax
  push %rdx
  push %rsi
  push %rdi
  push %r8
  push %r9
  push %r10
  push %rbp
  mov %rsp,%rbp
  and $-16,%rsp
  cld
  mov %rax,%rdi
  mov %rcx,%rsi
  mov $\generic,%edx
  call CountCall
  mov %rbp,%rsp
  mov %al,%r11b
  pop %rbp
  pop %r10
  pop %r9
  pop %r8
  pop %rdi
  pop %rsi
  pop %rdx
  pop %rax
  .endm

  .globl CountFast
CountFast:
  ENTER 0
  syscall
  pop %rcx
  lea 128(%rsp),%rsp
  jmp *%rcx

  .globl CountGeneric
CountGeneric:
  ENTER 1
  test %r11b,%r11b
  jz 1f
  syscall
  pop %rcx
  lea 128(%rsp),%rsp
  jmp *%rcx
1: pop %rcx
  lea 128(%rsp),%rsp
  sub $2,%rcx
  jmp *%rcx
)");

}  // namespace relocatable
