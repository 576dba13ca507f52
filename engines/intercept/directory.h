// engines/intercept/directory.h - directories as the view has them: mount
// points that the host lacks.
//
// Freestanding.
#ifndef ENGINES_INTERCEPT_DIRECTORY_H_
#define ENGINES_INTERCEPT_DIRECTORY_H_

#include "engines/intercept/call.h"
#include "engines/intercept/translate.h"

namespace relocatable {

// A real directory to look at in the place of one that only the view has: for
// /gnu of a pack it is root/gnu, the parent of the mount's own host directory,
// if names agree that far. 0, or ENOENT if there is none.
int StandInFor(Place& place);

// getdents and getdents64: as the kernel fills it, and at a directory's start
// the mount points that the host lacks.
long ReadDirectory(const Call& call);

}  // namespace relocatable

#endif  // ENGINES_INTERCEPT_DIRECTORY_H_
