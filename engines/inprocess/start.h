// engines/inprocess/start.h - becoming the program without execve: the
// interceptor stays, everything else of this binary goes, the program is
// mapped.
//
// Freestanding.
#ifndef ENGINES_INPROCESS_START_H_
#define ENGINES_INPROCESS_START_H_

#include <stddef.h>

#include "engines/intercept/handover.h"
#include "engines/launch.h"

namespace relocatable {

struct StartRequest {
  const Handover* handover;
  const char* const* argv;  // the program's, argc words
  size_t argc;
  long* initial_stack;  // as the kernel left it
};

// Becomes the program. Returns only before anything is changed for good:
// kRefused if this machine cannot have the floor, kProgramFailed if the program
// cannot be mapped. What fails later ends the process with a message and status
// 125.
Outcome BecomeProgram(const StartRequest& request);

// For a nested start (handover.h): its session and floor are in force, and the
// process goes on as this binary, its arguments and name as if it had been
// executed without a handover. Outcome::error is 0, or why not.
Outcome ContinueNested(const Handover& handover, long* initial_stack);

}  // namespace relocatable

#endif  // ENGINES_INPROCESS_START_H_
