// cli/pack_programs.h - the programs of a pack one by one: what they ask for
// and which engines can serve them. For `relocatable inspect PACK`.
//
// The files of the pack are read as they are now; nothing of it is run, and the
// machine that reads need not be one that could.
#ifndef CLI_PACK_PROGRAMS_H_
#define CLI_PACK_PROGRAMS_H_

#include <string>
#include <vector>

#include "absl/types/optional.h"
#include "elf/version.h"
#include "pack/manifest.h"

namespace relocatable {

// The oldest machine that will do.
struct Floor {
  absl::optional<Version> kernel;  // Linux; nothing if no file says
  int x86_level = 0;               // 1 to 4 (elf/cpu.h); 0 if no file says
};

struct PackProgram {
  std::string name;  // as the manifest has it: "bin/hello"
  std::string kind;  // "dynamic", "static"..., "script"; "" if unreadable
  // Why no machine can start it, or "": a library that is missing, say.
  std::string problem;
  // For each of AllEngines() "" if its traits let it serve the program (of a
  // script, its interpreter); empty if unreadable.
  std::vector<std::string> why_not;
  Floor floor;
};

// In the order of the manifest's names. `dir` is the pack.
std::vector<PackProgram> ExaminePackPrograms(const std::string& dir,
                                             const Manifest& manifest);

// That all of them can do with.
Floor FloorOf(const std::vector<PackProgram>& programs);

}  // namespace relocatable

#endif  // CLI_PACK_PROGRAMS_H_
