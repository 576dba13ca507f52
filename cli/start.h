// cli/start.h - starting a program through a chain of engines, and saying why
// if that does not work. Used by `run` and by starts under a program's name
// that could not be finished before libc.
#ifndef CLI_START_H_
#define CLI_START_H_

#include <string>

#include "absl/strings/string_view.h"
#include "cli/launch/dispatch.h"
#include "engines/roster.h"

namespace relocatable {

struct StartOptions {
  std::string command;  // for messages: "run", or the program's name
  std::string engine;   // the word of --engine; "" asks the environment
};

// Becomes launch's program, or returns an exit status after one message:
//   125  no engine works here (each one's reason), or the engine is unknown
//   126  the program was found but cannot be executed
//   127  the program does not exist
// `attempts` holds what was tried already. With RELOCATABLE_VERBOSE set, says
// on stderr which engine is taken and why the others were not.
int Start(const Launch& launch, const StartOptions& options,
          Attempts& attempts);

// The name for messages and the status for `dispatch`, a start under a name
// that could not be resolved: an unknown name (127) or a damaged pack (125).
int ReportDispatch(const Dispatch& dispatch);

}  // namespace relocatable

#endif  // CLI_START_H_
