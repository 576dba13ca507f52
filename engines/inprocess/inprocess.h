// engines/inprocess/inprocess.h - the in-process engine's launch, for
// freestanding code. README.md explains the mechanism.
#ifndef ENGINES_INPROCESS_INPROCESS_H_
#define ENGINES_INPROCESS_INPROCESS_H_

#include "engines/intercept/session.h"
#include "engines/launch.h"

namespace relocatable {

// Becomes the program of `launch` in its view. Needs launch.initial_stack: the
// process must be as the kernel started it, before libc; a hosted caller's
// (nullptr) starts this binary once more for that.
Outcome TryInprocess(const Launch& launch);

// The same on another floor. `raise`, if not null, puts it under this process,
// says which it is, and returns error 0, or a refusal; it is called once the
// view is known, and before anything of this process is changed.
Outcome StartOnFloor(const Launch& launch, Outcome (*raise)(Floor&));

// The same on none, for the engine fakechroot: only sites that can be patched
// reach the interceptor. kRefused for a static program that has none.
Outcome TryWithoutFloor(const Launch& launch);

// The command by which TryWithoutFloor would execute the program's ld.so
// (engines/intercept/start_door.h), by the binary launch.self. Static storage.
// Outcome::error is 0, or why there is none; nothing is executed.
struct LoaderStart {
  const char* file;
  const char* const* argv;
};
Outcome DescribeLoaderStart(const Launch& launch, LoaderStart& start);

// The launch of a nested start: the view that is in force, and launch.view in
// it, whose host paths are paths in that; on the same floor.
Outcome StartNested(const Launch& launch);

// Goes on in a process that an exec through TryInprocess or the interceptor has
// started: argv[0] is a handover (engines/intercept/handover.h). Returns if it
// is a nested start.
void ContinueInprocess(long* initial_stack);

// Whether this process was started so.
bool IsInprocessStart(char* const* argv);

}  // namespace relocatable

#endif  // ENGINES_INPROCESS_INPROCESS_H_
