// elf/shebang.h - `#!` lines, by the kernel's rules.
//
// The rules are those of fs/binfmt_script.c (Linux 5.1 to 6.18);
// shebang_test.cc holds this parser to the running kernel, with fixed and with
// random lines:
//
// - The kernel looks at the first 256 bytes (before 5.1: 128), padded with NULs
//   if the file is shorter. The line ends at a newline there; a newline behind
//   a NUL is not seen.
// - Spaces and tabs before the interpreter are skipped, and those at the line's
//   end cut off. The interpreter ends at the first space, tab or NUL.
// - The rest is one argument, with its inner spaces.
// - A line without a newline within the 256 bytes is refused (ENOEXEC) if its
//   interpreter may be cut off, and taken with a cut argument otherwise. In a
//   file without any newline, spaces at the end stay with the argument.
#ifndef ELF_SHEBANG_H_
#define ELF_SHEBANG_H_

#include <cstddef>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/optional.h"

namespace relocatable {

inline constexpr size_t kShebangBuffer = 256;  // BINPRM_BUF_SIZE

struct Shebang {
  // Empty for a line such as "#!" alone at the end of the file: execve then
  // fails with EACCES.
  std::string interpreter;
  absl::optional<std::string> argument;  // may be empty
};

// `start`: the first kShebangBuffer bytes of a file, or all of it. Nothing if
// it does not begin with "#!". kInvalidArgument where execve says ENOEXEC, upon
// which execvp(3) and shells run the file with /bin/sh: "has a #! line without
// an interpreter", "has a #! line whose interpreter does not fit in 256 bytes".
absl::StatusOr<absl::optional<Shebang>> ParseShebang(absl::string_view start);

}  // namespace relocatable

#endif  // ELF_SHEBANG_H_
