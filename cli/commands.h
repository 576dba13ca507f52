// cli/commands.h - the sub-commands there are.
#ifndef CLI_COMMANDS_H_
#define CLI_COMMANDS_H_

#include "absl/types/span.h"
#include "cli/command.h"

namespace relocatable {

// In the order `relocatable --help` lists them.
absl::Span<const Command> Commands();

}  // namespace relocatable

#endif  // CLI_COMMANDS_H_
