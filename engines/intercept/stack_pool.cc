#include "engines/intercept/stack_pool.h"

#include <asm/unistd.h>
#include <sys/mman.h>

#include "base/bare/syscall.h"
#include "engines/intercept/thread_x86_64.h"

namespace relocatable {
namespace {

using bare::Syscall;

constexpr int kPoolSize = 64;
constexpr int kOnAlternateStack = 1;  // SS_ONSTACK, asm-generic/signal-defs.h

// In .bss: pages that no call has reached cost nothing.
alignas(kStackSize) char pool[kPoolSize][kStackSize];

Stack* At(int i) { return reinterpret_cast<Stack*>(pool[i]); }

bool Take(Stack* stack) {
  return __atomic_load_n(&stack->taken, __ATOMIC_RELAXED) == 0 &&
         __atomic_exchange_n(&stack->taken, 1, __ATOMIC_ACQUIRE) == 0;
}

// Whether the thread runs on its alternate signal stack: then stack pointers
// say nothing about which call is older.
bool OnAlternateStack() {
  struct {
    void* base;
    int flags;
    size_t size;
  } now;
  return Syscall(__NR_sigaltstack, nullptr, &now) != 0 ||
         (now.flags & kOnAlternateStack) != 0;
}

// Frees the stacks of calls of this thread that did not come back. A call whose
// caller lies below ours is one we are not inside of. One that was to exec is
// over if the thread is seen with another pid: it was a vfork child's.
void Reclaim(uint64_t thread, uint64_t caller) {
  if (thread == 0 || OnAlternateStack()) return;
  const uint32_t process = static_cast<uint32_t>(Syscall(__NR_getpid));
  for (int i = 0; i < kPoolSize; ++i) {
    Stack* stack = At(i);
    if (__atomic_load_n(&stack->taken, __ATOMIC_ACQUIRE) == 0 ||
        stack->thread != thread) {
      continue;
    }
    if (stack->process != 0 ? stack->process != process
                            : stack->caller < caller) {
      GiveStackBack(stack);
    }
  }
}

Stack* TakeFree(int start) {
  for (int i = 0; i < kPoolSize; ++i) {
    Stack* stack = At((start + i) % kPoolSize);
    if (Take(stack)) return stack;
  }
  return nullptr;
}

// A stack for one call, aligned by cutting off what is too much.
Stack* MapOne() {
  const long map =
      Syscall(__NR_mmap, nullptr, 2 * kStackSize, PROT_READ | PROT_WRITE,
              MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (map < 0 && map > -4096) return nullptr;
  const uint64_t low = static_cast<uint64_t>(map);
  const uint64_t base = (low + kStackSize - 1) & ~(kStackSize - 1);
  if (base > low) Syscall(__NR_munmap, low, base - low);
  const uint64_t rest = low + 2 * kStackSize - (base + kStackSize);
  if (rest > 0) Syscall(__NR_munmap, base + kStackSize, rest);
  Stack* stack = reinterpret_cast<Stack*>(base);
  stack->mapped = true;
  return stack;
}

}  // namespace

Stack* TakeStack(uint64_t caller, StackUse use) {
  const uint64_t thread = ThreadPointer();
  Stack* stack = TakeFree(0);
  if (stack == nullptr) {
    Reclaim(thread, caller);
    stack = TakeFree(0);
  }
  if (stack == nullptr) stack = MapOne();
  if (stack == nullptr) return nullptr;
  stack->thread = thread;
  stack->caller = caller;
  stack->process =
      use == StackUse::kExec ? static_cast<uint32_t>(Syscall(__NR_getpid)) : 0;
  return stack;
}

void GiveStackBack(Stack* stack) {
  if (stack->mapped) {
    Syscall(__NR_munmap, stack, kStackSize);
    return;
  }
  __atomic_store_n(&stack->taken, 0, __ATOMIC_RELEASE);
}

Stack* StackAt(uint64_t address) {
  Stack* stack = reinterpret_cast<Stack*>(address & ~(kStackSize - 1));
  const uint64_t base = reinterpret_cast<uint64_t>(&pool[0][0]);
  return address - base < sizeof(pool) ? stack : nullptr;
}

}  // namespace relocatable
