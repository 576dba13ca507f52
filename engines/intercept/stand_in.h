// engines/intercept/stand_in.h - the directories that only the view has, on the
// way to a mount: "/gnu" of "/gnu/store" on a host without it. A system call
// needs a real one: of "/gnu/store" at "/p/root/gnu/store" it is "/p/root/gnu".
//
// Freestanding.
#ifndef ENGINES_INTERCEPT_STAND_IN_H_
#define ENGINES_INTERCEPT_STAND_IN_H_

#include "base/bare/str.h"

namespace relocatable {

// Sets `host` to a host directory for the guest directory `guest`, which the
// host lacks. False if no mount's host path has the same last names.
bool StandInFor(bare::Str guest, bare::Buffer& host);

// Whether `host`, a real path, is a directory that stands in for a guest
// directory and holds nothing but the way to mounts: then sets `guest`. One
// that holds more is somebody's own directory, and keeps its name.
bool GuestOfStandIn(bare::Str host, bare::Buffer& guest);

}  // namespace relocatable

#endif  // ENGINES_INTERCEPT_STAND_IN_H_
