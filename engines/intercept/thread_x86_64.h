// Which thread this is, without a system call: its fs base, the thread pointer
// of the System V ABI (AMD64 supplement, 3.4.2), unique as long as the thread
// lives.
#ifndef ENGINES_INTERCEPT_THREAD_X86_64_H_
#define ENGINES_INTERCEPT_THREAD_X86_64_H_

#include <stdint.h>

namespace relocatable {

// Set at start: whether the kernel lets programs read fs (Linux 5.9 and a
// processor with FSGSBASE; bit 1 of AT_HWCAP2, asm/hwcap2.h). Without it the
// instruction is illegal, and 0 is the answer for every thread.
extern bool can_read_thread_pointer;

inline uint64_t ThreadPointer() {
  if (!can_read_thread_pointer) return 0;
  uint64_t value;
  __asm__("rdfsbase %0" : "=r"(value));
  return value;
}

}  // namespace relocatable

#endif  // ENGINES_INTERCEPT_THREAD_X86_64_H_
