// engines/intercept/sockets.h - AF_UNIX names are paths (unix(7)): translated
// on the way in, shown as guest paths on the way back.
//
// A host path may be longer than the 108 bytes of sockaddr_un. connect and send
// go through /proc/self/fd/N of the directory then; bind too, and the name it
// leaves in the socket is shown as what the program bound.
//
// Freestanding.
#ifndef ENGINES_INTERCEPT_SOCKETS_H_
#define ENGINES_INTERCEPT_SOCKETS_H_

#include "engines/intercept/call.h"
#include "engines/intercept/syscall_table.h"

namespace relocatable {

long CallWithSocketName(const Call& call, const SyscallRow& row);

}  // namespace relocatable

#endif  // ENGINES_INTERCEPT_SOCKETS_H_
