// engines/inprocess/engine.h - the in-process engine, for the hosted half.
#ifndef ENGINES_INPROCESS_ENGINE_H_
#define ENGINES_INPROCESS_ENGINE_H_

#include "engines/engine.h"

namespace relocatable {

const Engine& InprocessEngine();

}  // namespace relocatable

#endif  // ENGINES_INPROCESS_ENGINE_H_
