// engines/exec.h - the last step of every launch: execve in the view in force.
#ifndef ENGINES_EXEC_H_
#define ENGINES_EXEC_H_

#include "engines/launch.h"

namespace relocatable {

// Execs launch.program as paths mean now: by execve(2), or with search_path by
// execvp(3)'s search in the PATH of launch.envp. A text without `#!` is given
// to /bin/sh, as execvp and every shell do; an ELF file never is.
//
// Returns only on failure, with kProgramFailed and the errno execvp would give.
// Leaves the process as it was.
Outcome ExecProgram(const Launch& launch);

}  // namespace relocatable

#endif  // ENGINES_EXEC_H_
