// engines/userns/probe.h - a launch that stops short of its program.
#ifndef ENGINES_USERNS_PROBE_H_
#define ENGINES_USERNS_PROBE_H_

#include <optional>

#include "engines/launch.h"

namespace relocatable::userns {

// Sets up, in a child, a view with a path that no host has, and looks for it.
// Nothing if it is there, else the refusal. The hardest case: a host that has
// the pack's prefix needs fewer steps.
std::optional<Outcome> TryItOut();

}  // namespace relocatable::userns

#endif  // ENGINES_USERNS_PROBE_H_
