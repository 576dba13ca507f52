// engines/intercept/trace_me.h - a program that lets its parent trace it, and
// the stop at its execve.
//
// A traced process stops at each signal until its tracer lets it go on, and so
// at each trapped call. But the tracer, its parent, waits in vfork for the
// child's execve: if that is trapped, both wait for ever (gdb and Go start
// their tracees so). Nothing that the child does before can be seen by the
// parent; so it is made traceable right before the kernel's own execve.
//
// An execve sends SIGTRAP to who is traced so (ptrace(2)), and a debugger then
// reads the program's memory and sets its breakpoints. But only this binary is
// there yet. So the signal is blocked by the exec, and comes when the program
// is mapped (gdb: break, run).
//
// Freestanding.
#ifndef ENGINES_INTERCEPT_TRACE_ME_H_
#define ENGINES_INTERCEPT_TRACE_ME_H_

#include "engines/intercept/call.h"

namespace relocatable {

// The call, put off in a vfork's child.
long TraceMe(const Call& call);

// Makes the call that this process has put off, if any.
void BeginToBeTraced();

// Before an execve of this binary: blocks SIGTRAP, if the execve will send it.
// False if there is nothing to let come. If the execve fails:
// UnblockExecTrap().
bool HoldExecTrap();
void UnblockExecTrap();

// In the program that was executed so, when it is mapped.
void LetExecTrapCome();

}  // namespace relocatable

#endif  // ENGINES_INTERCEPT_TRACE_ME_H_
