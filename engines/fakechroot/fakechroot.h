// engines/fakechroot/fakechroot.h - the fakechroot engine's launch, for
// freestanding code. README.md explains the mechanism.
#ifndef ENGINES_FAKECHROOT_FAKECHROOT_H_
#define ENGINES_FAKECHROOT_FAKECHROOT_H_

#include "engines/inprocess/inprocess.h"

namespace relocatable {

// Becomes the program of `launch`, its code patched as it is mapped. kRefused
// for a static program of which nothing can be patched.
inline Outcome TryFakechroot(const Launch& launch) {
  return TryWithoutFloor(launch);
}

}  // namespace relocatable

#endif  // ENGINES_FAKECHROOT_FAKECHROOT_H_
