// engines/intercept/program.h - what an exec of a guest path starts: the ELF
// file at the end of a chain of `#!` lines, with the words they put before the
// arguments. execve(2), fs/exec.c, fs/binfmt_script.c.
//
// Freestanding.
#ifndef ENGINES_INTERCEPT_PROGRAM_H_
#define ENGINES_INTERCEPT_PROGRAM_H_

#include "base/bare/str.h"
#include "engines/intercept/session.h"
#include "engines/intercept/translate.h"

namespace relocatable {

// Of a chain of this many scripts the last one's interpreter is still opened,
// and then it is ELOOP (fs/exec.c, exec_binprm: depth > 5).
inline constexpr int kMaxScripts = 6;
inline constexpr size_t kScriptLine = 256;  // BINPRM_BUF_SIZE

// One `#!` line: an interpreter and at most one argument.
struct ScriptLine {
  char text[kScriptLine + 1];
  const char* interpreter;
  const char* argument;  // or nullptr
};

// Segments of a program that the interceptor maps; more is ENOEXEC.
inline constexpr int kMaxSegments = 128;

struct Program {
  // kElf32 is an i386 program, which the kernel runs without us: its system
  // calls are others, and the floor lets them through. kStub is a binary like
  // this one: it lies where the interceptor lies, and brings its own.
  // kUnreadable may be executed and not read, so that it cannot be mapped, and
  // kPrivileged is to get more privilege than this process has: both are only
  // met where there is no floor, under which they would die or get nothing.
  enum Kind { kElf64, kElf32, kStub, kUnreadable, kPrivileged };
  Kind kind = kElf64;
  // Whether the kernel alone is to run it. A stub has nothing to go on with
  // where there is no floor: its own calls are not patched.
  bool RunsNatively() const {
    return kind == kElf32 || kind == kUnreadable || kind == kPrivileged ||
           (kind == kStub && session.floor == Floor::kNone);
  }
  // The file to map. What has no name (a memfd, a deleted file) is
  // /proc/self/fd/N of `kept_fd`, open across exec; -1 for all else. The guest
  // name of such a file is what /proc shows.
  bare::FixedBuffer<kPathCapacity> host;
  bare::FixedBuffer<kPathCapacity> guest;
  long kept_fd = -1;
  // Whether it lies in the layer, and so sees it; unknown without a name.
  PathRequest::SeenBy seen_by = PathRequest::kThisProgram;
  // Its PT_INTERP, as it is in the file, and where that is; empty if static.
  bare::FixedBuffer<kPathCapacity> interpreter;
  bare::FixedBuffer<kPathCapacity> interpreter_host;
  // The lines met, outermost script first.
  ScriptLine scripts[kMaxScripts];
  int script_count = 0;
};

// Finds what `request` starts, or descriptor `fd`. 0, or the errno execve would
// give; then no descriptor is kept.
int FindProgram(const PathRequest& request, Program& program);
int FindProgramOf(long fd, Program& program);

// Splits "#! /bin/sh -e \n" by the kernel's rules; `size` bytes at line.text.
// False if it names no interpreter (ENOEXEC).
bool ParseScriptLine(size_t size, ScriptLine& line);

}  // namespace relocatable

#endif  // ENGINES_INTERCEPT_PROGRAM_H_
