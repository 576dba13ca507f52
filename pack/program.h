// pack/program.h - which files of a payload are programs.
#ifndef PACK_PROGRAM_H_
#define PACK_PROGRAM_H_

#include <sys/stat.h>

#include <string>

#include "absl/status/statusor.h"

namespace relocatable {

// Whether the host's file `path` (which `st` describes) can be started: a file
// that its owner may execute, and no shared library. Stores give libraries the
// x bit too.
absl::StatusOr<bool> IsProgram(const std::string& path, const struct stat& st);

}  // namespace relocatable

#endif  // PACK_PROGRAM_H_
