#include "elf/script_chain.h"

#include <cerrno>
#include <memory>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "base/errno_status.h"
#include "base/status_macros.h"
#include "elf/byte_source.h"
#include "elf/shebang.h"

namespace relocatable {
namespace {

absl::StatusOr<absl::optional<Shebang>> ReadShebang(const FileTree& tree,
                                                    const std::string& path) {
  RELOC_ASSIGN_OR_RETURN(const std::unique_ptr<ByteSource> file,
                         tree.Open(path));
  RELOC_ASSIGN_OR_RETURN(const std::string start,
                         file->ReadUpTo(0, kShebangBuffer, "the first line"));
  absl::StatusOr<absl::optional<Shebang>> shebang = ParseShebang(start);
  if (!shebang.ok()) {
    return absl::Status(
        shebang.status().code(),
        absl::StrCat("'", path, "': ", shebang.status().message()));
  }
  if (shebang->has_value() && (*shebang)->interpreter.empty()) {
    return absl::InvalidArgumentError(
        absl::StrCat("'", path, "': its #! line names no interpreter"));
  }
  return shebang;
}

}  // namespace

std::vector<std::string> ScriptChain::Arguments() const {
  std::vector<std::string> arguments;
  for (auto step = scripts.rbegin(); step != scripts.rend(); ++step) {
    if (step->argument.has_value()) arguments.push_back(*step->argument);
    arguments.push_back(step->path);
  }
  return arguments;
}

absl::StatusOr<ScriptChain> FollowScripts(const FileTree& tree,
                                          const std::string& cwd,
                                          const std::string& path) {
  ScriptChain chain;
  chain.program = Absolute(cwd, path);
  while (true) {
    RELOC_ASSIGN_OR_RETURN(const absl::optional<Shebang> shebang,
                           ReadShebang(tree, chain.program));
    if (!shebang.has_value()) return chain;
    if (chain.scripts.size() == kMaxScripts) {
      return ErrnoError(ELOOP,
                        absl::StrCat("'", path,
                                     "': its interpreter is a script, and "
                                     "so on more than ",
                                     kMaxScripts, " times"));
    }
    chain.scripts.push_back(
        {chain.program, shebang->interpreter, shebang->argument});
    chain.program = Absolute(cwd, shebang->interpreter);
  }
}

}  // namespace relocatable
