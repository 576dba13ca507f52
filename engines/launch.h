// engines/launch.h - one start of a program, and how an attempt at it ended.
// Plain data shared by the freestanding engines and the hosted half.
#ifndef ENGINES_LAUNCH_H_
#define ENGINES_LAUNCH_H_

#include "engines/view/payload.h"
#include "engines/view/view.h"

namespace relocatable {

// What to start in which view. Owns nothing.
struct Launch {
  View view;
  // A guest path, or (search_path) a name to look for in envp's PATH inside
  // the view, by execvp(3)'s rules.
  const char* program = "";
  bool search_path = false;
  char* const* argv = nullptr;  // as the program shall see it
  char* const* envp = nullptr;
  // The guest directory to start in; nullptr keeps the caller's, by descriptor
  // if its path no longer leads there.
  const char* cwd = nullptr;
  // Before libc only: the stack pointer at the process's start, for an engine
  // that becomes the program without execve. Else nullptr.
  long* initial_stack = nullptr;
  // What is known of the view's payload.
  Payload payload;
  // A host path of this binary, for where there is no /proc; may be empty.
  const char* self = "";
};

// How an attempt ended; one that succeeds does not return.
struct Outcome {
  enum Kind : int {
    // The engine cannot work here; the process is as it was before.
    kRefused,
    // The view is in force but the program cannot be exec'ed: final.
    kProgramFailed,
  };
  Kind kind = kRefused;
  // The step, in words that go behind "cannot": "create a user namespace".
  // Static storage. For kProgramFailed: what could not be done with it.
  const char* step = "";
  int error = 0;  // errno
};

}  // namespace relocatable

#endif  // ENGINES_LAUNCH_H_
