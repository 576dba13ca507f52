// cli/inspect.h - `relocatable inspect`: what is in a pack or an ELF file.
#ifndef CLI_INSPECT_H_
#define CLI_INSPECT_H_

#include "cli/command.h"

namespace relocatable {

extern const Command kInspectCommand;

}  // namespace relocatable

#endif  // CLI_INSPECT_H_
