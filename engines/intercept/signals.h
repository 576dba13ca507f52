// engines/intercept/signals.h - the three signals the interceptor lives by,
// shared with the program.
//
//   SIGSYS            a trapped call. Must never be blocked: the kernel kills a
//                     process that traps with SIGSYS blocked (seccomp(2)).
//   SIGSEGV, SIGBUS   a bad pointer in a translated call is EFAULT, not death.
//
// The program may set handlers for them, and masks with them: it reads back
// what it set, and its handlers are called for what is not ours. Its masks
// reach the kernel without SIGSYS.
//
// Freestanding.
#ifndef ENGINES_INTERCEPT_SIGNALS_H_
#define ENGINES_INTERCEPT_SIGNALS_H_

#include "engines/intercept/call.h"
#include "engines/intercept/syscall_table.h"

namespace relocatable {

// SECCOMP_RET_DATA of our filter: tells our traps from those of the program's
// own.
inline constexpr int kTrapData = 0x524c;

// Takes the three signals, unblocks SIGSYS. `ignored` has bit N - 1 set for
// each of them that the program inherits ignored. Called once, before it
// starts.
void TakeSignals(uint64_t ignored);

// Which of the three this process was started with ignored (before
// TakeSignals).
uint64_t InheritedIgnoredSignals();

// Undoes TakeSignals, for a start that did not come about.
void GiveSignalsBack();

// Which of the three the program has set to SIG_IGN, for the next exec.
uint64_t IgnoredSignals();

long SetAction(const Call& call);                         // rt_sigaction
long BlockSignals(const Call& call, SignalFrame* frame);  // rt_sigprocmask
long WaitWithMask(const Call& call, const SyscallRow& row);

}  // namespace relocatable

#endif  // ENGINES_INTERCEPT_SIGNALS_H_
