// clone(2) with a stack and a function, for x86-64. glibc's wrapper cannot be
// used before libc is initialised.
#ifndef ENGINES_USERNS_CLONE_X86_64_H_
#define ENGINES_USERNS_CLONE_X86_64_H_

#include <asm/unistd.h>

namespace relocatable::userns {

// Starts a child that runs run(argument) on the stack that ends at `stack_end`
// (16-aligned) and exits with status 0. Returns its id or -errno. `flags` as
// the kernel takes them: the exit signal is in the low byte.
inline long CloneOnStack(unsigned long flags, void* stack_end,
                         void (*run)(void*), void* argument) {
  long result;
  register long child_tid __asm__("r10") = 0;
  register long tls __asm__("r8") = 0;
  // The child has its own stack and every register but rax of the parent.
  __asm__ volatile(
      "syscall\n\t"
      "test %%eax, %%eax\n\t"
      "jnz 1f\n\t"
      "xor %%ebp, %%ebp\n\t"
      "mov %[argument], %%rdi\n\t"
      "call *%[run]\n\t"
      "xor %%edi, %%edi\n\t"
      "mov %[exit], %%eax\n\t"
      "syscall\n\t"
      "ud2\n\t"
      "1:"
      : "=a"(result)
      : "a"(__NR_clone), "D"(flags), "S"(stack_end), "d"(0), "r"(child_tid),
        "r"(tls), [run] "r"(run), [argument] "r"(argument),
        [exit] "i"(__NR_exit)
      : "rcx", "r11", "memory");
  return result;
}

}  // namespace relocatable::userns

#endif  // ENGINES_USERNS_CLONE_X86_64_H_
