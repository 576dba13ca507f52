#include "engines/intercept/stack_pool.h"

#include <asm/unistd.h>
#include <sys/mman.h>

#include "base/bare/syscall.h"
#include "engines/intercept/thread_x86_64.h"

namespace relocatable {
namespace {

using bare::Syscall;

// The first stacks are in .bss: pages that no call has reached cost nothing.
// More are mapped when they are first needed, and stay.
constexpr int kReady = 64, kMost = 4096;
// As long as one of these is free, no stack is taken from a call that may yet
// come back: a handler may have left it by swapcontext.
constexpr int kPlenty = 16;

alignas(Stack::kSize) char ready[kReady][Stack::kSize];
Stack stacks[kMost];

// Whether the thread runs on its alternate signal stack: then stack pointers
// say nothing about which call is older.
bool OnAlternateStack() {
  constexpr int kOnStack = 1;  // SS_ONSTACK, asm-generic/signal-defs.h
  struct {
    void* base;
    int flags;
    size_t size;
  } now;
  return Syscall(__NR_sigaltstack, nullptr, &now) != 0 ||
         (now.flags & kOnStack) != 0;
}

// Memory for one stack, aligned by cutting off what is too much.
char* MapOne() {
  constexpr uint64_t kSize = Stack::kSize;
  const long map =
      Syscall(__NR_mmap, nullptr, 2 * kSize, PROT_READ | PROT_WRITE,
              MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (map < 0 && map > -4096) return nullptr;
  const uint64_t low = static_cast<uint64_t>(map);
  const uint64_t base = (low + kSize - 1) & ~(kSize - 1);
  if (base > low) Syscall(__NR_munmap, low, base - low);
  const uint64_t rest = low + 2 * kSize - (base + kSize);
  if (rest > 0) Syscall(__NR_munmap, base + kSize, rest);
  return reinterpret_cast<char*>(base);
}

bool IsFree(const Stack& stack) {
  return __atomic_load_n(&stack.taken, __ATOMIC_ACQUIRE) == 0;
}

bool Take(int i) {
  Stack& stack = stacks[i];
  if (__atomic_exchange_n(&stack.taken, 1, __ATOMIC_ACQUIRE) != 0) return false;
  if (stack.memory == nullptr) {
    stack.memory = i < kReady ? ready[i] : MapOne();
    if (stack.memory == nullptr) {
      GiveStackBack(&stack);
      return false;
    }
    *reinterpret_cast<Stack**>(stack.memory) = &stack;
  }
  return true;
}

// A thread that looks for a stack.
struct Seeker {
  uint64_t thread = ThreadPointer();
  uint64_t caller;

  // Whether the stack is that of a vfork child of this thread, which goes on
  // only when the child has exec'ed or ended.
  bool LentToAChild(const Stack& stack) const {
    return stack.thread == thread && thread != 0 && stack.process != 0 &&
           stack.process != static_cast<uint32_t>(Syscall(__NR_getpid));
  }

  // Whether the stack is that of a call of this thread that we are not inside
  // of. A handler that interrupts a call runs on a stack of the pool.
  bool HasLeft(const Stack& stack) const {
    return stack.thread == thread && thread != 0 && stack.process == 0 &&
           stack.caller < caller && StackAt(caller) == nullptr &&
           !OnAlternateStack();
  }
};

Stack* Find(const Seeker& seeker) {
  for (int i = 0; i < kMost; ++i) {
    Stack& stack = stacks[i];
    if (IsFree(stack)) {
      if (Take(i)) return &stack;
      if (stack.memory == nullptr) return nullptr;  // nor for the next ones
    } else if (seeker.LentToAChild(stack) ||
               (i >= kPlenty && seeker.HasLeft(stack))) {
      return &stack;
    }
  }
  return nullptr;
}

}  // namespace

Stack* TakeStack(uint64_t caller, StackUse use) {
  Seeker seeker;
  seeker.caller = caller;
  Stack* stack = Find(seeker);
  if (stack == nullptr) return nullptr;
  stack->caller = caller;
  stack->process =
      use == StackUse::kExec ? static_cast<uint32_t>(Syscall(__NR_getpid)) : 0;
  __atomic_store_n(&stack->thread, seeker.thread, __ATOMIC_RELEASE);
  return stack;
}

void GiveStackBack(Stack* stack) {
  // First, so that nobody takes its next owner for this thread.
  __atomic_store_n(&stack->thread, 0, __ATOMIC_RELAXED);
  __atomic_store_n(&stack->taken, 0, __ATOMIC_RELEASE);
}

Stack* StackAt(uint64_t address) {
  const uint64_t base = reinterpret_cast<uint64_t>(&ready[0][0]);
  if (address - base < sizeof(ready)) {
    return &stacks[(address - base) / Stack::kSize];
  }
  const uint64_t memory = address & ~uint64_t{Stack::kSize - 1};
  for (int i = kReady; i < kMost && stacks[i].memory != nullptr; ++i) {
    if (reinterpret_cast<uint64_t>(stacks[i].memory) == memory) {
      return &stacks[i];
    }
  }
  return nullptr;
}

}  // namespace relocatable
