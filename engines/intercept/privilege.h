// engines/intercept/privilege.h - files that give who executes them more than
// they have: by setuid or setgid bits, or by capabilities. Only the kernel can
// give it, so where privilege is to be had it must execute the file itself.
//
// Freestanding.
#ifndef ENGINES_INTERCEPT_PRIVILEGE_H_
#define ENGINES_INTERCEPT_PRIVILEGE_H_

namespace relocatable {

// Whether execve(2) of the file open at `fd` would give this process another
// user, another group or capabilities. False under NO_NEW_PRIVS and on mounts
// with nosuid, where it gives nothing.
bool GivesPrivilege(long fd);

}  // namespace relocatable

#endif  // ENGINES_INTERCEPT_PRIVILEGE_H_
