// engines/intercept/trace_me.h - ptrace(PTRACE_TRACEME) in a vfork's child.
//
// A traced process stops at each signal until its tracer lets it go on, and so
// at each trapped call. But the tracer, its parent, waits in vfork for the
// child's execve: if that is trapped, both wait for ever (gdb and Go start
// their tracees so). Nothing that the child does before can be seen by the
// parent; so it is made traceable right before the kernel's own execve.
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

}  // namespace relocatable

#endif  // ENGINES_INTERCEPT_TRACE_ME_H_
