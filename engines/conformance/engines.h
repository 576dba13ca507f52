// engines/conformance/engines.h - the engines under test, and their traits.
#ifndef ENGINES_CONFORMANCE_ENGINES_H_
#define ENGINES_CONFORMANCE_ENGINES_H_

#include <sys/types.h>

#include <string>
#include <vector>

#include "engines/conformance/traits.h"

namespace relocatable {

struct EngineUnderTest {
  std::string name;           // "native" for none
  std::vector<Trait> traits;  // for a program run by an ordinary user
  std::vector<Trait> traits_for_root;
  // Programs are run from a pack of the store, whose tables and twins are then
  // in use, by the engine before the name's "_pack".
  bool packed = false;
};

// nullptr if there is no such engine.
const EngineUnderTest* FindEngineUnderTest(const std::string& name);

}  // namespace relocatable

#endif  // ENGINES_CONFORMANCE_ENGINES_H_
