// engines/userns/engine.h - the userns engine, for the hosted half.
#ifndef ENGINES_USERNS_ENGINE_H_
#define ENGINES_USERNS_ENGINE_H_

#include "engines/engine.h"

namespace relocatable {

const Engine& UsernsEngine();

}  // namespace relocatable

#endif  // ENGINES_USERNS_ENGINE_H_
