// cli/door.h - how the engine fakechroot starts a program: by the program's own
// ld.so, or by the pack's binary (engines/intercept/start_door.h).
#ifndef CLI_DOOR_H_
#define CLI_DOOR_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "cli/subject.h"
#include "elf/closure.h"
#include "elf/loader_command.h"

namespace relocatable {

// "" if ld.so starts the program of `closure`, executed as one of its pack by
// the pack's own binary; else why not, in words that go behind "since ".
std::string WhyByBinary(const Subject& subject, const Closure& closure);

// The command of its ld.so with which the engine starts it with these
// arguments. An error says why there is none.
absl::StatusOr<LoaderCommand> LoaderStartCommand(
    const Subject& subject, const Closure& closure,
    const std::vector<std::string>& argv);

}  // namespace relocatable

#endif  // CLI_DOOR_H_
