// engines/proot/attach.h - puts a tracer beside this process.
//
// The program keeps the launcher's pid, parent, status and signals, so the
// tracer is neither its parent nor its child: a process whose own parent is
// gone (fork, twice) seizes the launcher, which goes on and becomes the
// program. ptrace(2), PTRACE_SEIZE.
//
// Yama (kernel.yama.ptrace_scope 1) lets only ancestors trace, or whom
// PR_SET_PTRACER names: the launcher names anybody for as long as it takes.
//
// Freestanding.
#ifndef ENGINES_PROOT_ATTACH_H_
#define ENGINES_PROOT_ATTACH_H_

#include "engines/intercept/session.h"
#include "engines/launch.h"

namespace relocatable {

// Starts the tracer and has it attached to this process, under a filter that
// stops it at calls that concern the view (Floor::kTracer), or, where filters
// are refused, at every call (Floor::kTracerOfAll). Outcome::error is 0, or why
// it cannot be; then the process is as it was.
Outcome AttachTracer(Floor& floor);

}  // namespace relocatable

#endif  // ENGINES_PROOT_ATTACH_H_
