// engines/fakechroot/engine.h - the fakechroot engine, for the hosted half.
#ifndef ENGINES_FAKECHROOT_ENGINE_H_
#define ENGINES_FAKECHROOT_ENGINE_H_

#include "engines/engine.h"

namespace relocatable {

const Engine& FakechrootEngine();

}  // namespace relocatable

#endif  // ENGINES_FAKECHROOT_ENGINE_H_
