// engines/intercept/stack_pool.h - stacks for the interceptor's own use.
//
// A system call may be made on any stack: 16 KiB of a thread, 2 KiB of a
// goroutine, a small sigaltstack. The interceptor needs up to 100 KiB (an exec
// does), so each call runs on a stack from a pool, taken with one atomic
// exchange: no lock, no per-thread state.
//
// A call need not come back: siglongjmp, pthread_cancel, execve in a vfork
// child. Its stack is found again later: it belongs to the thread with the same
// fs base, and that thread is seen outside the call.
//
// Freestanding.
#ifndef ENGINES_INTERCEPT_STACK_POOL_H_
#define ENGINES_INTERCEPT_STACK_POOL_H_

#include <stddef.h>
#include <stdint.h>

#include "engines/intercept/call.h"

namespace relocatable {

// What is known of one stack. It lies in a table of its own: looking for a free
// one does not touch the pages of all.
struct Stack {
  static constexpr size_t kSize = 256 * 1024;  // of the memory, and alignment
  static constexpr size_t kAlternateSize = 64 * 1024;

  uint32_t taken;    // 0 or 1; changed atomically
  uint32_t process;  // kExec: the pid of the caller; else 0
  uint64_t thread;   // fs base of the caller; 0 if free
  uint64_t caller;   // its stack pointer
  // Of the trap that made the call; nullptr if a patched site did.
  const SignalFrame* trap;
  bool performed;  // the program's call was made (perform.h)
  char* memory;    // begins with a pointer to this

  // The low end is for signals (alternate_stack.h), the rest for the call.
  void* alternate() { return memory + 64; }
  void* top() { return memory + kSize; }

  // The stack that the calling function runs on, which must be one.
  static Stack* Current() {
    const auto here = reinterpret_cast<uint64_t>(__builtin_frame_address(0));
    return *reinterpret_cast<Stack**>(here & ~uint64_t{kSize - 1});
  }
};

enum class StackUse { kCall, kExec };

// A stack for a call made at stack pointer `caller`; nullptr if memory is out.
Stack* TakeStack(uint64_t caller, StackUse use);
void GiveStackBack(Stack* stack);

// The stack that an address lies on, or nullptr.
Stack* StackAt(uint64_t address);

}  // namespace relocatable

#endif  // ENGINES_INTERCEPT_STACK_POOL_H_
