// engines/intercept/alternate_stack.h - a trapped call whose SIGSYS frame lies
// on the thread's alternate signal stack (sigaltstack(2)).
//
// The call itself runs on a stack of the pool, so the kernel, which looks at
// the stack pointer only, takes the alternate stack for free: the next handler
// with SA_ONSTACK would be put at its top, over our frame, and over that of a
// handler of the program that made the call. While the call runs the thread
// therefore has another alternate stack, at the low end of the pool's
// (disabling it would not do: Go ends a process whose handler finds none).
//
// The kernel refuses to change the stack that the stack pointer is on (EPERM),
// so between leaving it and naming the other no signal may come in; on the way
// back the order is the other one, and nothing need be blocked.
//
// A handler that leaves such a call by siglongjmp keeps the pool's stack as its
// alternate one.
//
// Freestanding.
#ifndef ENGINES_INTERCEPT_ALTERNATE_STACK_H_
#define ENGINES_INTERCEPT_ALTERNATE_STACK_H_

#include "engines/intercept/call.h"
#include "engines/intercept/stack_pool.h"

namespace relocatable {

// Fills in what `frame` says of the alternate stack, from the kernel.
void ReadAlternateStack(SignalFrame& frame);

// Whether `frame` lies on the alternate stack it tells of.
bool IsOnAlternateStack(const SignalFrame& frame);

// Where IsOnAlternateStack, in this order: SetSignalMask of all signals, still
// on the alternate stack; this, on `stack`, which sets the frame's mask again;
// the last, on the alternate stack again.
void UseAlternateStackOf(Stack& stack, const SignalFrame& frame);
void UseAlternateStackOf(const SignalFrame& frame);

}  // namespace relocatable

#endif  // ENGINES_INTERCEPT_ALTERNATE_STACK_H_
