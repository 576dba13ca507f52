// engines/userns/linker/linker.h - a copy of a dynamic linker that begins with
// our switch (switch.cc).
//
// The kernel starts a dynamic program in its dynamic linker, at the file's
// entry point. In the copy that is the switch, in one more segment behind the
// others; its program header takes the place of a note's, which nobody needs at
// run time. Everything else is as in the original: its symbols for who links
// with it, its build id's section for debuggers, the addresses.
//
// Freestanding.
#ifndef ENGINES_USERNS_LINKER_LINKER_H_
#define ENGINES_USERNS_LINKER_LINKER_H_

#include "engines/userns/linker/switch.h"

namespace relocatable::userns {

// Makes `copy` of the dynamic linker `original`, for the view of the pack's
// programs (`packed`) or of the host's. 0 or an errno; ENOEXEC: it is none, or
// has no program header to spare.
int CopyLinker(const char* original, const char* copy, bool packed,
               LinkerUse use);

}  // namespace relocatable::userns

#endif  // ENGINES_USERNS_LINKER_LINKER_H_
