// engines/intercept/read_only.h - EROFS where the kernel would say it, for
// paths on a read-only mount of the view. (The host directory behind it is
// writable.) Errors that the kernel finds earlier go first: fs/namei.c and
// fs/open.c of Linux 6.18 for the order.
//
// Freestanding.
#ifndef ENGINES_INTERCEPT_READ_ONLY_H_
#define ENGINES_INTERCEPT_READ_ONLY_H_

#include "engines/intercept/call.h"
#include "engines/intercept/syscall_table.h"
#include "engines/intercept/translate.h"

namespace relocatable {

// Whether the call may change something at this path, or asks if it might.
bool MayChange(const Call& call, const PathArgument& argument);

bool IsReadOnly(const Place& place);

// Whether what `fd` is open on, or the cwd, is on a read-only mount.
bool IsOpenReadOnly(long fd);

// Whether `request` is relative to a directory on a read-only mount.
bool StartsReadOnly(const PathRequest& request);

// What a call that may change something comes to at `place`, resolved exactly
// and on a read-only mount; its path is in `call`. 0 if it may go on, or an
// errno.
int RefuseChange(const Call& call, const PathArgument& argument,
                 const PathRequest& request, const Place& place);

// The same for making a name; EROFS at best.
int RefuseToCreate(const PathRequest& request, const Place& place,
                   bool is_directory);

}  // namespace relocatable

#endif  // ENGINES_INTERCEPT_READ_ONLY_H_
