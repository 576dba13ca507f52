// engines/intercept/map_twin.h - a private mapping of a file's code, taken from
// the file's twin (twin_index.h).
//
// The file itself stays the original for every reader; only pages that are
// mapped to be executed come from the twin, and they are shared with every
// other process that maps it.
//
// Freestanding.
#ifndef ENGINES_INTERCEPT_MAP_TWIN_H_
#define ENGINES_INTERCEPT_MAP_TWIN_H_

#include <stddef.h>

#include "engines/intercept/code_mapping.h"

namespace relocatable {

// Uses the twins of the session's payload whose index is the `size` bytes at
// `index` (they must stay), from now on. What is no index: none.
void UseTwins(const void* index, size_t size);

// As mmap(2) of `mapping`, which is private and executable, with the twin's
// code. False, and nothing is mapped, if the file has no twin, or one that is
// not as its index says.
bool MapTwin(const CodeMapping& mapping, long& result);

}  // namespace relocatable

#endif  // ENGINES_INTERCEPT_MAP_TWIN_H_
