// engines/userns/userns.h - the userns engine's launch, for freestanding code.
// README.md explains the mechanism; engine.h has the hosted half.
#ifndef ENGINES_USERNS_USERNS_H_
#define ENGINES_USERNS_USERNS_H_

#include "engines/launch.h"

namespace relocatable {

// Becomes the program of `launch` in its view. Returns kRefused with the
// process as it was, or kProgramFailed with the view in force. The caller must
// be single-threaded (setns(2), user namespaces).
Outcome TryUserns(const Launch& launch);

// Whether these are the arguments of a process that takes a program from a
// layered view to the other one (layered_view.h): it calls CrossUserns first of
// all, which becomes that program.
bool IsUsernsCrossing(char* const* argv);
[[noreturn]] void CrossUserns(char* const* argv, char* const* envp);

}  // namespace relocatable

#endif  // ENGINES_USERNS_USERNS_H_
