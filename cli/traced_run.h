// cli/traced_run.h - the command behind `pack --trace --`: its words, its run,
// and what is said of how it ended.
#ifndef CLI_TRACED_RUN_H_
#define CLI_TRACED_RUN_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "pack/host/traced_file.h"

namespace relocatable {

// Makes of the words of Command::takes_command (cli/command.h) those of the
// command. An error if --trace was given without a command.
absl::Status TakeCommand(std::vector<std::string>& words);

struct TracedRun {
  std::vector<TracedFile> files;
  std::string note;  // what the user should know of how it ended; or ""
};

// Runs the command, if there is one, with its standard output to `output`.
// Dies of the interrupt (SIGINT, SIGQUIT) that the command died of: it was
// meant for both.
absl::StatusOr<TracedRun> RunTraced(const std::vector<std::string>& command,
                                    int output);

}  // namespace relocatable

#endif  // CLI_TRACED_RUN_H_
