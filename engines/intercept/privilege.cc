#include "engines/intercept/privilege.h"

#include <asm/stat.h>
#include <asm/statfs.h>
#include <asm/unistd.h>
#include <linux/prctl.h>

#include "base/bare/syscall.h"

namespace relocatable {
namespace {

using bare::Syscall;

// stat(2), fs/exec.c, bprm_fill_uid: setgid without the group's execute bit is
// a mark of mandatory locking.
bool HasOtherIds(const struct stat& st) {
  constexpr unsigned kSetuid = 04000, kSetgidExecutable = 02010;
  if ((st.st_mode & kSetuid) != 0 &&
      st.st_uid != static_cast<unsigned>(Syscall(__NR_geteuid))) {
    return true;
  }
  return (st.st_mode & kSetgidExecutable) == kSetgidExecutable &&
         st.st_gid != static_cast<unsigned>(Syscall(__NR_getegid));
}

// capabilities(7): root has them all without the file's.
bool HasCapabilities(long fd) {
  char value[32];
  return Syscall(__NR_geteuid) != 0 &&
         Syscall(__NR_fgetxattr, fd, "security.capability", value,
                 sizeof(value)) > 0;
}

bool IsWithheld(long fd) {
  constexpr long kNosuid = 2;  // ST_NOSUID, statfs(2)
  struct statfs fs;
  return Syscall(__NR_prctl, PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1 ||
         (Syscall(__NR_fstatfs, fd, &fs) == 0 && (fs.f_flags & kNosuid) != 0);
}

}  // namespace

bool GivesPrivilege(long fd) {
  struct stat st;
  return Syscall(__NR_fstat, fd, &st) == 0 &&
         (HasOtherIds(st) || HasCapabilities(fd)) && !IsWithheld(fd);
}

}  // namespace relocatable
