// cli/exec_failure.h - why a program could not be executed, in one line.
//
// execve(2) has one errno for many causes: ENOENT for a missing program and for
// a missing interpreter, EACCES for a missing mode bit and for a noexec mount,
// ENOEXEC for a binary of another processor. The file tells them apart.
#ifndef CLI_EXEC_FAILURE_H_
#define CLI_EXEC_FAILURE_H_

#include <string>

#include "engines/launch.h"

namespace relocatable {

// "cannot execute '/gnu/store/.../hello': No such file or directory (...)".
// Looks at the program by its guest path: call it in the view the exec failed
// in.
std::string ExecFailure(const Launch& launch, const Outcome& outcome);

}  // namespace relocatable

#endif  // CLI_EXEC_FAILURE_H_
