// engines/intercept/dispatch.h - what becomes of a system call.
//
// Freestanding, reentrant: no state but the stack pool and what the program
// itself set (its handlers of our signals). May be interrupted at any
// instruction and never resumed.
#ifndef ENGINES_INTERCEPT_DISPATCH_H_
#define ENGINES_INTERCEPT_DISPATCH_H_

#include "engines/intercept/call.h"

extern "C" {

// Called by the entries (entry_x86_64.S) and the SIGSYS handler, on the
// program's stack: carries the call out on a stack of the pool. `frame` is the
// trapped call's signal frame, or null. The result is the kernel's: an errno is
// negated.
long RelocatableIntercept(relocatable::Call* call,
                          relocatable::SignalFrame* frame);

// The same for a call that a tracer sent here: `frame` holds the registers, the
// rest of it is filled in; the result goes to its rax.
void RelocatableInterceptTraced(relocatable::SignalFrame* frame);

// The same, on the stack it is to use.
long RelocatableDispatch(relocatable::Call* call,
                         relocatable::SignalFrame* frame);

// Whether a number is in the table of system calls: a byte each, for the
// generic entry. Filled by FillInTable().
extern unsigned char reloc_in_table[512];
}

namespace relocatable {

void FillInTable();

}  // namespace relocatable

#endif  // ENGINES_INTERCEPT_DISPATCH_H_
