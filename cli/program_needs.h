// cli/program_needs.h - what a program asks of a machine and of an engine, for
// `relocatable engines PROGRAM`.
#ifndef CLI_PROGRAM_NEEDS_H_
#define CLI_PROGRAM_NEEDS_H_

#include <string>

#include "absl/status/statusor.h"
#include "elf/closure.h"
#include "elf/file_tree.h"
#include "elf/script_chain.h"
#include "engines/serve.h"

namespace relocatable {

struct ProgramNeeds {
  ScriptChain scripts;  // that lead to the program
  Closure closure;      // of the program
  ProgramTraits traits;
  // Its file gives it rights that its caller lacks (set-user-ID, set-group-ID,
  // capabilities).
  bool gains_rights = false;
  // Why no engine can start it on a machine with this kernel, or "": another
  // processor, a kernel or processor that is too old.
  std::string problem;
};

// `release` is the kernel's, as uname(2) has it: "6.1.0-18-amd64". Errors name
// the file that cannot be read.
absl::StatusOr<ProgramNeeds> FindProgramNeeds(const FileTree& tree,
                                              const std::string& path,
                                              const std::string& release);

}  // namespace relocatable

#endif  // CLI_PROGRAM_NEEDS_H_
