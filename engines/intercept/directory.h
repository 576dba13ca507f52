// engines/intercept/directory.h - directories as the view has them: with
// mount points that the host lacks, and what a layer has beside the host's.
//
// Freestanding.
#ifndef ENGINES_INTERCEPT_DIRECTORY_H_
#define ENGINES_INTERCEPT_DIRECTORY_H_

#include "engines/intercept/call.h"

namespace relocatable {

// getdents and getdents64: as the kernel fills it, and at a directory's start
// the mount points that the host lacks; at its end what only the layer has
// (merged_directory.h).
long ReadDirectory(const Call& call);

}  // namespace relocatable

#endif  // ENGINES_INTERCEPT_DIRECTORY_H_
