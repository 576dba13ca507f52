// engines/intercept/read_only.h - EROFS where the kernel would say it, for
// paths on a read-only mount of the view. (The host directory behind it is
// writable.)
//
// Freestanding.
#ifndef ENGINES_INTERCEPT_READ_ONLY_H_
#define ENGINES_INTERCEPT_READ_ONLY_H_

#include "engines/intercept/call.h"
#include "engines/intercept/syscall_table.h"
#include "engines/intercept/translate.h"

namespace relocatable {

// What a call with this path argument comes to on a read-only mount: 0 if it
// may go on (`call` changed so that it cannot create or truncate), or an errno.
int CheckReadOnly(Call& call, const PathArgument& argument, bool follow,
                  const Place& place);

}  // namespace relocatable

#endif  // ENGINES_INTERCEPT_READ_ONLY_H_
