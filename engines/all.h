// engines/all.h - the engines, hosted halves: traits, probes and words.
#ifndef ENGINES_ALL_H_
#define ENGINES_ALL_H_

#include "absl/types/span.h"
#include "engines/engine.h"

namespace relocatable {

// In the order of the chain `default`, the order of kRoster (engines/roster.h).
absl::Span<const Engine* const> AllEngines();

}  // namespace relocatable

#endif  // ENGINES_ALL_H_
