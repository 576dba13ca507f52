// pack/host/trace_command.h - runs a command once on this machine and notes
// every file that it and its descendants name to the kernel: `pack --trace`.
//
// What no package says (a plugin that is loaded by name, a program that a
// program starts, data below /var) is seen by looking on. Which arguments of
// which system calls are paths is told by the interceptor's own table
// (engines/intercept/syscall_table.h). ptrace(2) stops each process at each
// call, so that nothing of the machine needs to be set up; calls cost some ten
// times as much meanwhile. 32-bit code is not seen, nor what happens in another
// root (chroot).
//
// The command has this process's files, directory, environment and signals. An
// interrupt from the terminal is the command's affair: it is ignored here
// meanwhile, as in system(3).
#ifndef PACK_HOST_TRACE_COMMAND_H_
#define PACK_HOST_TRACE_COMMAND_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "pack/host/traced_file.h"

namespace relocatable {

struct Trace {
  std::vector<TracedFile> files;  // in the order met, each path once
  int status = 0;                 // of the command, as waitpid(2) tells it
};

// Runs argv[0], looked for in PATH, and returns when it has ended. Descendants
// that live longer go on, no longer looked at. `output` is the descriptor for
// the command's standard output.
//
// Errors: the command cannot be executed; it cannot be traced.
absl::StatusOr<Trace> TraceCommand(const std::vector<std::string>& argv,
                                   int output);

}  // namespace relocatable

#endif  // PACK_HOST_TRACE_COMMAND_H_
