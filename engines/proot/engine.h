// engines/proot/engine.h - the proot engine, for the hosted half.
#ifndef ENGINES_PROOT_ENGINE_H_
#define ENGINES_PROOT_ENGINE_H_

#include "engines/engine.h"

namespace relocatable {

const Engine& ProotEngine();

}  // namespace relocatable

#endif  // ENGINES_PROOT_ENGINE_H_
