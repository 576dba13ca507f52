// engines/intercept/path_call.h - a system call that takes paths, carried out
// in the view.
//
// Freestanding.
#ifndef ENGINES_INTERCEPT_PATH_CALL_H_
#define ENGINES_INTERCEPT_PATH_CALL_H_

#include "engines/intercept/call.h"
#include "engines/intercept/syscall_table.h"
#include "engines/intercept/translate.h"

namespace relocatable {

// What the call asks about one of its paths, which is not null.
PathRequest RequestOf(const Call& call, const PathArgument& argument);

// Translates the call's paths, by the quick way first, and makes the call: the
// kernel's result, or the errno that the view gives.
long CallWithPaths(const Call& call, const SyscallRow& row);

// A call that changes what descriptor `fd` is open on: EROFS on a read-only
// mount.
long ChangeOpen(const Call& call, long fd);

}  // namespace relocatable

#endif  // ENGINES_INTERCEPT_PATH_CALL_H_
