#include "engines/userns/working_directory.h"

#include <asm/unistd.h>
#include <fcntl.h>

#include "base/bare/str.h"
#include "base/bare/syscall.h"
#include "engines/view/map.h"

namespace relocatable::userns {

using bare::Str;
using bare::Syscall;

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

// A rebuilt directory is another inode, with the same entries and some more.
bool WorkingDirectory::ReachRebuilt(const Plan& plan) const {
  const Str path = path_.str() == "/" ? Str() : path_.str();
  for (uint32_t i = 0; i < plan.count && path_.size() > 0; ++i) {
    const Place& place = plan.places[i];
    const bool extended =
        place.united || (place.rebuilt && place.mount == nullptr);
    if (extended && place.guest == path) {
      return Syscall(__NR_chdir, path_.c_str()) == 0;
    }
  }
  return false;
}

int WorkingDirectory::Enter(const Launch& launch, const Plan& plan) const {
  if (launch.cwd != nullptr) {
    return static_cast<int>(-Syscall(__NR_chdir, launch.cwd));
  }
  if (Reach(path_.c_str())) return 0;
  const Str root(launch.view.root);
  if (root.empty()) {
    if (ReachRebuilt(plan)) return 0;
    // In a layered view a directory of both sides is another than the host's.
    if (plan.layering != nullptr && path_.size() > 0 &&
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
