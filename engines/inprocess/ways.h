// engines/inprocess/ways.h - the directories that only the view has, on the way
// to a mount: "/gnu" of "/gnu/store" on a host without it. A system call needs
// a real directory there, to look at, to list and to enter. So each gets a
// read-only mount of its own, of a directory that is empty but for the way:
//
//   of "/gnu/store" at "/p/root/gnu/store"   "/p/root/gnu", as in a pack
//   else   a directory in the user's cache (cache.h), .../ways/gnu, made when
//   it
//          is first needed
//
// Without a cache there is none: ENOENT, though what is below is there.
//
// Freestanding.
#ifndef ENGINES_INPROCESS_WAYS_H_
#define ENGINES_INPROCESS_WAYS_H_

#include <stdint.h>

#include "base/bare/str.h"
#include "engines/view/view.h"

namespace relocatable {

// Adds these mounts to the session's view, which is `mounts` and has room for
// `capacity` of them. Their strings are put into `strings`, behind what is
// there. `envp` says where the cache is.
void AddWays(char* const* envp, Mount* mounts, uint32_t capacity,
             bare::Buffer& strings);

}  // namespace relocatable

#endif  // ENGINES_INPROCESS_WAYS_H_
