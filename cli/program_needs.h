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
};

// `library_path` is the user's LD_LIBRARY_PATH. Errors name the file that
// cannot be read.
absl::StatusOr<ProgramNeeds> FindProgramNeeds(const FileTree& tree,
                                              const std::string& path,
                                              const std::string& library_path);

// Why no engine can start the program on any machine of this processor, or "":
// it is for another one, its interpreter or a library is missing.
std::string WhyNowhere(const ProgramNeeds& needs);

// The same for this machine, if its kernel is `release`, as uname(2) has it:
// "6.1.0-18-amd64". Its kernel or processor may be too old, too.
std::string WhyNotHere(const ProgramNeeds& needs, const std::string& release);

}  // namespace relocatable

#endif  // CLI_PROGRAM_NEEDS_H_
