// engines/userns/explain.h - why the engine was refused, and what helps.
#ifndef ENGINES_USERNS_EXPLAIN_H_
#define ENGINES_USERNS_EXPLAIN_H_

#include "engines/engine.h"

namespace relocatable::userns {

// Words for a refusal of TryUserns. The same errno of the same step has several
// causes; a setting of `host` that tells them apart is named with its value.
Reason ExplainRefusal(const Outcome& refusal, const Host& host);

}  // namespace relocatable::userns

#endif  // ENGINES_USERNS_EXPLAIN_H_
