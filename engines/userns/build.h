// engines/userns/build.h - carrying out a plan in a mount namespace of our own.
#ifndef ENGINES_USERNS_BUILD_H_
#define ENGINES_USERNS_BUILD_H_

#include "engines/userns/plan.h"
#include "engines/userns/report.h"

namespace relocatable::userns {

// Mounts what `plan` says. The caller's root and working directory stay the old
// ones, so every host path keeps its meaning to the end; the new tree hangs
// over them, and is reached as "/..": at the root, ".." stays there and then
// steps up to what is mounted on it (path_resolution(7); Linux since 3.x).
bool Build(Plan& plan, Report& report);

}  // namespace relocatable::userns

#endif  // ENGINES_USERNS_BUILD_H_
