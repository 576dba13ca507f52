// elf/script_chain.h - the program that starting a script comes to.
//
// A script's interpreter may be a script, and so on: the kernel follows five
// `#!` lines and refuses a sixth with ELOOP (exec_binprm in fs/exec.c, Linux
// 5.10 to 6.18; script_chain_test.cc asks the running kernel).
#ifndef ELF_SCRIPT_CHAIN_H_
#define ELF_SCRIPT_CHAIN_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/optional.h"
#include "elf/file_tree.h"

namespace relocatable {

inline constexpr int kMaxScripts = 5;

struct ScriptStep {
  std::string path;         // of the script, absolute
  std::string interpreter;  // as its `#!` line spells it
  absl::optional<std::string> argument;
};

struct ScriptChain {
  std::vector<ScriptStep> scripts;  // empty: the file is no script
  std::string program;              // the first file that is none, absolute

  // What follows argv[0] of `program` before the user's own arguments.
  std::vector<std::string> Arguments() const;
};

// Follows the `#!` lines from the file `path` in `tree`. A relative interpreter
// is taken from `cwd`, as the kernel does. Errors name the file.
absl::StatusOr<ScriptChain> FollowScripts(const FileTree& tree,
                                          const std::string& cwd,
                                          const std::string& path);

}  // namespace relocatable

#endif  // ELF_SCRIPT_CHAIN_H_
