// engines/inprocess/cache.h - the directory in which this program keeps what it
// would have to make again: RELOCATABLE_CACHE_DIR, else
// XDG_CACHE_HOME/relocatable, else HOME/.cache/relocatable. An empty
// RELOCATABLE_CACHE_DIR is none.
//
//   ways/   directories that only a view has (ways.h)
//   twins/  patched copies of code (engines/intercept/twin_cache.h)
//
// All of it may be removed at any time.
//
// Freestanding.
#ifndef ENGINES_INPROCESS_CACHE_H_
#define ENGINES_INPROCESS_CACHE_H_

#include <stddef.h>

#include "base/bare/str.h"

namespace relocatable {

// Makes the directories of `path`, from character `from` on, whatever the
// umask.
void MakeDirectories(bare::Str path, size_t from, unsigned mode);

// Sets `path` to the directory `name` of the cache, made if need be. False if
// there is none that belongs to this user and that nobody else may write.
bool FindCache(char* const* envp, bare::Str name, bare::Buffer& path);

}  // namespace relocatable

#endif  // ENGINES_INPROCESS_CACHE_H_
