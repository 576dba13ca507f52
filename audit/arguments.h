// audit/arguments.h - the arguments that ld.so was started with, of which it
// shows a module only the program's. They all stay in memory, one after the
// other, each ended by a NUL, where the kernel has put them:
//
//   LD.SO --inhibit-rpath NAME --inhibit-rpath HANDOVER --audit MODULE
//       PROGRAM ARGUMENT...
//
// LD.SO is the path by which the program names it: ld.so keeps it as its own
// name (dl_iterate_phdr(3)). NAME is the program's argv[0], for which only
// glibc 2.33 has an option. Of --inhibit-rpath, which is a list of names of
// files, the last one counts; that the handover is no such name makes it
// harmless.
//
// Freestanding.
#ifndef AUDIT_ARGUMENTS_H_
#define AUDIT_ARGUMENTS_H_

#include "engines/intercept/attach.h"

namespace relocatable {

// Fills in handover, name and rest of `request` from its argv[0], PROGRAM.
// False if ld.so was started otherwise.
bool FindArguments(AttachRequest& request);

}  // namespace relocatable

#endif  // AUDIT_ARGUMENTS_H_
