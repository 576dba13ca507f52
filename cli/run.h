// cli/run.h - `relocatable run`: a pack's program, or any program in a view.
#ifndef CLI_RUN_H_
#define CLI_RUN_H_

#include "cli/command.h"

namespace relocatable {

extern const Command kRunCommand;

}  // namespace relocatable

#endif  // CLI_RUN_H_
