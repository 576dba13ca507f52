// engines/intercept/map_cached.h - a private mapping of a file's code, patched:
// from the cache of twins (twin_cache.h) if its twin is there, else patched in
// memory (map_patched.h) and kept for the next time.
//
// Looking for the sites takes milliseconds. Where what is not patched traps,
// they are only looked for if what comes of it can be kept.
//
// Freestanding.
#ifndef ENGINES_INTERCEPT_MAP_CACHED_H_
#define ENGINES_INTERCEPT_MAP_CACHED_H_

#include "engines/intercept/code_mapping.h"

namespace relocatable {

// As mmap(2) of `mapping`, which is private, executable and not writable.
long MapCached(const CodeMapping& mapping);

}  // namespace relocatable

#endif  // ENGINES_INTERCEPT_MAP_CACHED_H_
