// engines/intercept/start_door.h - how a process becomes a program of the view
// by execve. Two doors:
//
//   the stub   this binary is executed, maps the program and its ld.so itself,
//              and jumps to them: any program
//   ld.so      the program's own ld.so is executed, as a command, and loads the
//              pack's module (audit/) before anything else, which brings the
//              interceptor. Without a floor, and for those programs of a pack
//              of which the pack knows that it is right: dynamic ones, of a
//              glibc that has auditing, whose libraries ask for little of the
//              static TLS that ld.so has to give once it has loaded a module.
//
// By ld.so only if nothing else is asked of it: not with LD_PRELOAD, LD_AUDIT
// or any other LD_ variable. Whatever is in doubt, and whatever fails, goes by
// the stub.
//
// Freestanding.
#ifndef ENGINES_INTERCEPT_START_DOOR_H_
#define ENGINES_INTERCEPT_START_DOOR_H_

#include <stddef.h>

#include "base/bare/str.h"
#include "engines/intercept/program.h"

namespace relocatable {

// Words to keep free before a program's argv.
inline constexpr size_t kWordsBeforeArguments = 7;

// Whether `program` goes by ld.so, executed with `envp` by the binary `stub`.
// Then `module` is the module's path.
bool GoesByLoader(const Program& program, bare::Str stub, char* const* envp,
                  bare::Buffer& module);

// Puts the words for `program`'s ld.so, which loads `module`, in front of its
// arguments: words[0] on. False, and they are as before, if the door does not
// serve after all.
bool PutLoaderWords(const Program& program, const char* module,
                    const char* handover, const char** words);

// A process that is traced goes by the stub: a debugger expects the program
// when it first stops.
enum class Doors { kBoth, kStubOnly };

// Executes `program` with `handover`, a text; returns an errno, negated.
// `words` are argv from words[kWordsBeforeArguments] on, and are changed.
long ExecProgramOfView(const Program& program, Doors doors, const char* stub,
                       const char* handover, const char** words,
                       char* const* envp);

}  // namespace relocatable

#endif  // ENGINES_INTERCEPT_START_DOOR_H_
