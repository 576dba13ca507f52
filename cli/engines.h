// cli/engines.h - `relocatable engines`: which engines work here, and if not,
// why.
#ifndef CLI_ENGINES_H_
#define CLI_ENGINES_H_

#include "cli/command.h"

namespace relocatable {

extern const Command kEnginesCommand;

}  // namespace relocatable

#endif  // CLI_ENGINES_H_
