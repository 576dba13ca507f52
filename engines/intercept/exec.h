// engines/intercept/exec.h - execve and execveat: every exec goes through this
// binary, which maps the program itself, since the floor's handlers do not
// survive an exec while its filter does.
//
// Every error the kernel would report is found before the point of no return.
//
// Freestanding.
#ifndef ENGINES_INTERCEPT_EXEC_H_
#define ENGINES_INTERCEPT_EXEC_H_

#include "engines/intercept/call.h"
#include "engines/intercept/program.h"
#include "engines/intercept/syscall_table.h"

namespace relocatable {

long Exec(const Call& call, const SyscallRow& row);

}  // namespace relocatable

#endif  // ENGINES_INTERCEPT_EXEC_H_
