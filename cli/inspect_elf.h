// cli/inspect_elf.h - what `relocatable inspect FILE` says of an ELF file: its
// kind, its interpreter, where each library is found and by which rule, what is
// missing, and the glibc, kernel and processor that all of it asks for.
//
// Works on any tree, machine and ld.so: nothing of the file is run.
#ifndef CLI_INSPECT_ELF_H_
#define CLI_INSPECT_ELF_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/types/optional.h"
#include "elf/closure.h"
#include "elf/elf_file.h"
#include "elf/file_tree.h"
#include "elf/loader_command.h"
#include "elf/script_chain.h"

namespace relocatable {

// The closure of the file `path` in `tree`, with the caller's LD_LIBRARY_PATH.
// A library is looked at with the ld.so of this machine's programs. Errors
// begin with the path.
absl::StatusOr<Closure> InspectElf(const FileTree& tree,
                                   const std::string& path,
                                   const std::string& library_path);

// The word for a kind in JSON, which never changes: "dynamic", "static",
// "static-pie", "library", "other".
std::string ElfKindName(ElfKind kind);

// Lines for people.
std::string ElfReportText(const Closure& closure);

// One JSON object, as docs/inspect-json.md describes it.
std::string ElfReportJson(const Closure& closure);

// The same without the libraries.
std::string ElfSummaryText(const Closure& closure);

// Two lines for each `#!` line on the way to a program.
std::string ScriptLines(const ScriptChain& scripts);

// One JSON object for a script and the program it leads to.
std::string ScriptReportJson(const ScriptChain& scripts,
                             const Closure& closure);

struct ElfCommandOptions {
  std::string library_path;  // the user's LD_LIBRARY_PATH
  ScriptChain scripts;       // that lead to the program; may be empty
};

// The file as a command of its own ld.so, one line for sh(1); see
// elf/loader_command.h for when it is refused.
absl::StatusOr<std::string> ElfCommandLine(const FileTree& tree,
                                           const Closure& closure,
                                           const ElfCommandOptions& options);

}  // namespace relocatable

#endif  // CLI_INSPECT_ELF_H_
