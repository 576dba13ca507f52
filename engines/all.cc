#include "engines/all.h"

#include "engines/fakechroot/engine.h"
#include "engines/inprocess/engine.h"
#include "engines/proot/engine.h"
#include "engines/userns/engine.h"

namespace relocatable {

// A table and not self-registration: static initialisers in a library are
// dropped by the linker, and have no order.
absl::Span<const Engine* const> AllEngines() {
  static const Engine* const kEngines[] = {
      &UsernsEngine(),
      &InprocessEngine(),
      &FakechrootEngine(),
      &ProotEngine(),
  };
  return kEngines;
}

}  // namespace relocatable
