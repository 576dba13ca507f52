#include "engines/intercept/trace_me.h"

#include <asm/unistd.h>
#include <errno.h>

#include "base/bare/syscall.h"
#include "engines/intercept/perform.h"
#include "engines/intercept/signal_action.h"

namespace relocatable {
namespace {

using bare::Syscall;

// Children that have put the call off, by pid. Their memory is their parent's:
// several of its threads may be in vfork.
constexpr int kMost = 64;
uint32_t waiting[kMost];

uint32_t Self() { return static_cast<uint32_t>(Syscall(__NR_getpid)); }

// Whether this process, or who executed it, asked to be traced.
bool is_traced;

bool IsWaiting() {
  const uint32_t self = Self();
  for (const uint32_t& slot : waiting) {
    if (__atomic_load_n(&slot, __ATOMIC_RELAXED) == self) return true;
  }
  return false;
}

constexpr uint64_t kTrap = uint64_t{1} << (5 - 1);  // SIGTRAP

bool IsGone(uint32_t pid) { return Syscall(__NR_kill, pid, 0) == -ESRCH; }

long TraceMeNow(const Call& call) {
  const long result = Perform(call);
  if (result == 0) is_traced = true;
  return result;
}

}  // namespace

long TraceMe(const Call& call) {
  if (OwnsActions()) return TraceMeNow(call);
  const uint32_t self = Self();
  for (uint32_t& slot : waiting) {
    uint32_t was = __atomic_load_n(&slot, __ATOMIC_RELAXED);
    // One that ended without an exec left its pid there.
    if (was != 0 && was != self && !IsGone(was)) continue;
    if (__atomic_compare_exchange_n(&slot, &was, self, false, __ATOMIC_RELAXED,
                                    __ATOMIC_RELAXED)) {
      return 0;
    }
  }
  return TraceMeNow(call);
}

void BeginToBeTraced() {
  constexpr long kTraceMe = 0;
  for (uint32_t& slot : waiting) {
    if (__atomic_load_n(&slot, __ATOMIC_RELAXED) != Self()) continue;
    __atomic_store_n(&slot, 0, __ATOMIC_RELAXED);
    Syscall(__NR_ptrace, kTraceMe, 0, 0, 0);
  }
}

bool HoldExecTrap() {
  if (!is_traced && !IsWaiting()) return false;
  constexpr int kBlock = 0;  // SIG_BLOCK
  uint64_t before = kTrap;
  Syscall(__NR_rt_sigprocmask, kBlock, &kTrap, &before, sizeof(before));
  return (before & kTrap) == 0;
}

void UnblockExecTrap() {
  constexpr int kUnblock = 1;  // SIG_UNBLOCK
  Syscall(__NR_rt_sigprocmask, kUnblock, &kTrap, nullptr, sizeof(kTrap));
}

void LetExecTrapCome() {
  is_traced = true;
  UnblockExecTrap();
}

}  // namespace relocatable
