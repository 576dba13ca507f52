// engines/intercept/perform.h - the program's own system call, with what the
// interceptor made of its arguments.
//
// Freestanding.
#ifndef ENGINES_INTERCEPT_PERFORM_H_
#define ENGINES_INTERCEPT_PERFORM_H_

#include "engines/intercept/call.h"
#include "engines/intercept/entry.h"
#include "engines/intercept/stack_pool.h"

namespace relocatable {

// The call as it stands, made by the kernel. Only on a stack of the pool: it
// keeps there that a call has been made, and what it did may not be done again.
inline long Perform(const Call& call) {
  return reloc_perform(&call, &Stack::Current()->performed);
}

}  // namespace relocatable

#endif  // ENGINES_INTERCEPT_PERFORM_H_
