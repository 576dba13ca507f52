// engines/proot/tracer.h - what the tracer does at each stop of its tracees.
//
// It does not read their memory nor translate a path. At a call that concerns
// the view it skips the call and sends the tracee to the interceptor, which
// lies in its address space as under the in-process engine. The interceptor
// makes the call itself and goes on where the call was made. So a call costs
// one stop, and the tracer keeps no state at all.
//
//   calls       as above; those that the interceptor makes go on untouched
//   faults      in the interceptor: a bad pointer of the program, EFAULT
//   signals     delivered
//   group stops PTRACE_LISTEN: the tracee stays stopped, its parent is told
//   children    attached by the kernel (PTRACE_O_TRACEFORK and so on)
//
// On Floor::kTracer a seccomp filter chooses the calls that stop
// (SECCOMP_RET_TRACE). On Floor::kTracerOfAll every call stops, at its
// beginning and its end, but while the interceptor carries one out or maps a
// program; it says when it is done (engines/intercept/tracer_report.h).
//
// Freestanding.
#ifndef ENGINES_PROOT_TRACER_H_
#define ENGINES_PROOT_TRACER_H_

#include "engines/intercept/session.h"

namespace relocatable {

// Attaches to `pid`. Everything attached dies with the tracer. 0 or an errno.
int Seize(long pid, Floor floor);

// Serves until the last tracee has ended.
void Serve(Floor floor);

}  // namespace relocatable

#endif  // ENGINES_PROOT_TRACER_H_
