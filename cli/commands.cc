#include "cli/commands.h"

#include "cli/engines.h"
#include "cli/inspect.h"
#include "cli/pack.h"
#include "cli/run.h"

namespace relocatable {

absl::Span<const Command> Commands() {
  static const Command kCommands[] = {
      kPackCommand,
      kRunCommand,
      kInspectCommand,
      kEnginesCommand,
  };
  return kCommands;
}

}  // namespace relocatable
