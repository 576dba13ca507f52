#include "cli/traced_run.h"

#include <signal.h>
#include <sys/wait.h>

#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "pack/host/trace_command.h"

namespace relocatable {
namespace {

std::string NoteOf(const std::string& command, int status) {
  std::string how;
  if (WIFSIGNALED(status)) {
    const int signal = WTERMSIG(status);
    if (signal == SIGINT || signal == SIGQUIT) raise(signal);
    how = absl::StrCat("was killed by signal ", signal);
  } else if (WEXITSTATUS(status) != 0) {
    how = absl::StrCat("ended with status ", WEXITSTATUS(status));
  } else {
    return "";
  }
  return absl::StrCat("the traced command '", command, "' ", how,
                      ": the pack may lack what it would have used after that");
}

}  // namespace

absl::Status TakeCommand(std::vector<std::string>& words) {
  std::vector<std::string> command;
  for (const std::string& word : words) {
    if (absl::StartsWith(word, "=")) command.push_back(word.substr(1));
  }
  const bool lacks_command = command.empty() && !words.empty();
  words = std::move(command);
  if (!lacks_command) return absl::OkStatus();
  return absl::InvalidArgumentError(
      "--trace: which command? (--trace -- CMD...)");
}

absl::StatusOr<TracedRun> RunTraced(const std::vector<std::string>& command,
                                    int output) {
  if (command.empty()) return TracedRun();
  RELOC_ASSIGN_OR_RETURN(Trace trace, TraceCommand(command, output));
  return TracedRun{std::move(trace.files), NoteOf(command[0], trace.status)};
}

}  // namespace relocatable
