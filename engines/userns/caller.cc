#include "engines/userns/caller.h"

#include <asm/unistd.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>

#include "base/bare/str.h"
#include "base/bare/syscall.h"

namespace relocatable::userns {
namespace {

using bare::Str;
using bare::Syscall;

long WriteFile(const char* path, Str text) {
  const long fd = Syscall(__NR_openat, AT_FDCWD, path, O_WRONLY | O_CLOEXEC);
  if (fd < 0) return fd;
  const long result = Syscall(__NR_write, fd, text.data, text.size);
  Syscall(__NR_close, fd);
  return result;
}

long MapOne(const char* path, unsigned id) {
  bare::FixedBuffer<32> line;
  line.AppendNumber(id).Append(" ").AppendNumber(id).Append(" 1\n");
  return WriteFile(path, line.str());
}

}  // namespace

Ids EffectiveIds() {
  return {static_cast<uid_t>(Syscall(__NR_geteuid)),
          static_cast<gid_t>(Syscall(__NR_getegid))};
}

bool IsPrivileged() {
  __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
  __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3];
  if (Syscall(__NR_capget, &header, data) < 0) return false;
  constexpr unsigned kNeeded = 1u << CAP_SYS_ADMIN | 1u << CAP_SYS_CHROOT;
  return (data[0].effective & kNeeded) == kNeeded;
}

bool MapIds(const Ids& ids, Report& report) {
  // Before Linux 3.19 there is no such file, and nothing to deny.
  return report.At(kDenySetgroups)
             .Did(WriteFile("/proc/self/setgroups", "deny")) &&
         report.At(kMapUser).Did(MapOne("/proc/self/uid_map", ids.uid)) &&
         report.At(kMapGroup).Did(MapOne("/proc/self/gid_map", ids.gid));
}

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
    if (fd_ < 0 || Syscall(__NR_fchdir, fd_) < 0) Syscall(__NR_chdir, "/");
    return 0;
  }
  if (!AtOrAbove(root, path_.str()) || !Reach(path_.c_str() + root.size)) {
    Syscall(__NR_chdir, "/");
  }
  return 0;
}

}  // namespace relocatable::userns
