// engines/intercept/process_exe.h - /proc/PID/exe: which program a process
// runs.
//
// To the kernel every process of a view runs this binary. Of its own process
// the session knows the program. Of another one it is the file that is mapped
// at AT_PHDR, the program headers: the auxiliary vector in /proc is the
// program's (start.cc, ShowAsStarted), and a twin has only code. So a debugger
// that attaches, `ls -l /proc/PID/exe` and the like find what they would.
//
// Freestanding.
#ifndef ENGINES_INTERCEPT_PROCESS_EXE_H_
#define ENGINES_INTERCEPT_PROCESS_EXE_H_

#include "base/bare/str.h"

namespace relocatable {

// If `path` is the exe of a process that is another program than the kernel
// says: true, with the program's paths. A program without a name (memfd) has a
// host path in /proc.
bool FindProcessExe(bare::Str path, bare::Buffer& guest, bare::Buffer& host);

}  // namespace relocatable

#endif  // ENGINES_INTERCEPT_PROCESS_EXE_H_
