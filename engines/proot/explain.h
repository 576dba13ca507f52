// engines/proot/explain.h - why a tracer cannot be had here, for a person.
#ifndef ENGINES_PROOT_EXPLAIN_H_
#define ENGINES_PROOT_EXPLAIN_H_

#include "engines/engine.h"

namespace relocatable {

// Words for a refusal of the engine. The evidence is in /proc/self/status
// (already traced?) and in Yama's setting.
Reason ExplainProot(const Outcome& refusal, const Host& host);

}  // namespace relocatable

#endif  // ENGINES_PROOT_EXPLAIN_H_
