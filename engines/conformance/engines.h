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
};

// nullptr if there is no such engine.
const EngineUnderTest* FindEngineUnderTest(const std::string& name);

}  // namespace relocatable

#endif  // ENGINES_CONFORMANCE_ENGINES_H_
