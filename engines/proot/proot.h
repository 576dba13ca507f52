// engines/proot/proot.h - the proot engine's launch, for freestanding code.
// README.md explains the mechanism.
#ifndef ENGINES_PROOT_PROOT_H_
#define ENGINES_PROOT_PROOT_H_

#include "engines/launch.h"

namespace relocatable {

// Becomes the program of `launch` in its view, with a tracer beside it.
Outcome TryProot(const Launch& launch);

}  // namespace relocatable

#endif  // ENGINES_PROOT_PROOT_H_
