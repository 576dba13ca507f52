// engines/inprocess/enter_session.h - what every start of a program in this
// process does: its session opens, and it looks as if the kernel had started
// it.
//
// Freestanding.
#ifndef ENGINES_INPROCESS_ENTER_SESSION_H_
#define ENGINES_INPROCESS_ENTER_SESSION_H_

#include "base/bare/str.h"
#include "engines/inprocess/initial_stack.h"
#include "engines/inprocess/load_elf.h"
#include "engines/intercept/handover.h"
#include "engines/launch.h"

namespace relocatable {

// A copy of `text` that stays: the arguments are the program's to overwrite.
const char* Keep(bare::Str text);

// Opens the session of `handover`, and puts the floor under this process if it
// is not there yet. Outcome::error is 0, or why there can be no floor.
Outcome EnterSession(const Handover& handover, const InitialStack& stack);

// /proc/PID/{cmdline,environ,auxv} as if the kernel had started the program:
// the handover is not seen. Needs a kernel with CONFIG_CHECKPOINT_RESTORE;
// where it is refused they show the truth.
void ShowAsStarted(const InitialStack& stack, const ElfImage& program);

// Ends the process with a message, "cannot WHAT", and status 125.
[[noreturn]] void Die(const Handover& handover, const char* what, long error);

}  // namespace relocatable

#endif  // ENGINES_INPROCESS_ENTER_SESSION_H_
