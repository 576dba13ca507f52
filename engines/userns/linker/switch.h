// engines/userns/linker/switch.h - the first bytes of the code that is put in
// front of a dynamic linker's; its entry point lies behind them.
//
// Freestanding.
#ifndef ENGINES_USERNS_LINKER_SWITCH_H_
#define ENGINES_USERNS_LINKER_SWITCH_H_

#include <stdint.h>

namespace relocatable::userns {

// Whose the programs of a dynamic linker are.
enum class LinkerUse : uint64_t {
  kByFile,    // whose file the program is: pack and host have the linker
  kPackOnly,  // the pack's: only it has the linker
  kHostOnly,  // the host's
};

struct SwitchHeader {
  uint64_t entry;   // the linker's own entry point, counted from the header
  uint64_t packed;  // whether this is the view of the pack's programs
  LinkerUse use;
};

}  // namespace relocatable::userns

#endif  // ENGINES_USERNS_LINKER_SWITCH_H_
