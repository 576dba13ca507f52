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

namespace relocatable {

inline constexpr size_t kStackSize = 256 * 1024;  // and alignment

// At the low end of each stack.
struct Stack {
  uint32_t taken;    // 0 or 1; changed atomically
  uint32_t process;  // kExec: the pid of the caller; else 0
  uint64_t thread;   // fs base of the caller
  uint64_t caller;   // its stack pointer
  bool mapped;       // for one call only

  // Above these words, for signals (alternate_stack.h); the rest is the call's.
  static constexpr size_t kAlternateSize = 64 * 1024;
  void* alternate() { return this + 1; }
  void* top() { return reinterpret_cast<char*>(this) + kStackSize; }

  // The stack that this function's caller runs on.
  static Stack* Current() {
    return reinterpret_cast<Stack*>(
        reinterpret_cast<uint64_t>(__builtin_frame_address(0)) &
        ~uint64_t{kStackSize - 1});
  }
};

enum class StackUse { kCall, kExec };

// A stack for a call made at stack pointer `caller`; nullptr if memory is out.
Stack* TakeStack(uint64_t caller, StackUse use);
void GiveStackBack(Stack* stack);

// The stack that an address lies on, if it is one of the pool's.
Stack* StackAt(uint64_t address);

}  // namespace relocatable

#endif  // ENGINES_INTERCEPT_STACK_POOL_H_
