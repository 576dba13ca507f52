// engines/intercept/only_path.h - calls of which the kernel looks up the path
// before it can find anything else wrong. Freestanding.
#ifndef ENGINES_INTERCEPT_ONLY_PATH_H_
#define ENGINES_INTERCEPT_ONLY_PATH_H_

#include "engines/intercept/call.h"

namespace relocatable {

// Whether ENOENT is what the call gives if its path leads nowhere, whatever its
// other arguments: their values are ones that the kernel takes (fs/open.c,
// fs/stat.c). False where it is not known.
bool OnlyPathCanFail(const Call& call);

}  // namespace relocatable

#endif  // ENGINES_INTERCEPT_ONLY_PATH_H_
