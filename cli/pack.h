// cli/pack.h - `relocatable pack`: makes a pack of store items.
#ifndef CLI_PACK_H_
#define CLI_PACK_H_

#include "cli/command.h"

namespace relocatable {

extern const Command kPackCommand;

}  // namespace relocatable

#endif  // CLI_PACK_H_
