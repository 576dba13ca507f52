#include "engines/userns/working_directory.h"

#include <asm/unistd.h>
#include <fcntl.h>

#include "base/bare/str.h"
#include "base/bare/syscall.h"
#include "engines/view/map.h"

namespace relocatable::userns {

using bare::Str;
using bare::Syscall;

namespace {

// Whether the view makes the host's directory `path` anew, so as to show mounts
// in it: "/", and what lies above a mount (at it, if it is a union).
bool IsMadeAnew(const View& view, Str path) {
  if (path == Str("/")) path = Str("");
  for (uint32_t i = 0; i < view.mount_count; ++i) {
    const Str guest(view.mounts[i].guest);
    if (IsAtOrBelow(guest, path) &&
        (path.size < guest.size || (view.mounts[i].flags & kMountUnion))) {
      return true;
    }
  }
  return false;
}

}  // namespace

WorkingDirectory::WorkingDirectory()
    : fd_(Syscall(__NR_openat, AT_FDCWD, ".", O_PATH | O_CLOEXEC)) {
  known_ =
      fd_ >= 0 && Syscall(__NR_newfstatat, fd_, "", &id_, AT_EMPTY_PATH) == 0;
  char path[PATH_MAX];
  // "(unreachable)/x" is what a directory outside the root looks like.
  if (Syscall(__NR_getcwd, path, sizeof(path)) > 0 && path[0] == '/') {
    path_.Append(path);
  }
}

WorkingDirectory::~WorkingDirectory() {
  if (fd_ >= 0) Syscall(__NR_close, fd_);
}

bool WorkingDirectory::Reach(const char* path) const {
  if (path[0] == '\0' || Syscall(__NR_chdir, path) < 0) return false;
  struct stat st;
  return !known_ || (Syscall(__NR_newfstatat, AT_FDCWD, ".", &st, 0) == 0 &&
                     st.st_dev == id_.st_dev && st.st_ino == id_.st_ino);
}

int WorkingDirectory::Enter(const Launch& launch) const {
  if (launch.cwd != nullptr) {
    return static_cast<int>(-Syscall(__NR_chdir, launch.cwd));
  }
  if (Reach(path_.c_str())) return 0;
  const Str root(launch.view.root);
  if (root.empty()) {
    // Another directory, but what its name means now; the descriptor would lead
    // to the host's, which has no name in the view.
    if (!path_.str().empty() && IsMadeAnew(launch.view, path_.str()) &&
        Syscall(__NR_chdir, path_.c_str()) == 0) {
      return 0;
    }
    if (fd_ < 0 || Syscall(__NR_fchdir, fd_) < 0) Syscall(__NR_chdir, "/");
    return 0;
  }
  if (!IsAtOrBelow(path_.str(), root) || !Reach(path_.c_str() + root.size)) {
    Syscall(__NR_chdir, "/");
  }
  return 0;
}

}  // namespace relocatable::userns
