#include "engines/view/view.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include "base/bare/syscall.h"

namespace relocatable {
namespace {

// newfstatat and glibc's struct stat agree on x86-64 and aarch64.
bool Stat(const char* path, struct stat& st) {
  return bare::Syscall(SYS_newfstatat, AT_FDCWD, path, &st, 0) == 0;
}

}  // namespace

bool AlreadyInForce(const View& view) {
  if (view.root[0] != '\0') return false;
  for (uint32_t i = 0; i < view.mount_count; ++i) {
    struct stat guest, host;
    if (!Stat(view.mounts[i].guest, guest) || !Stat(view.mounts[i].host, host))
      return false;
    if (guest.st_dev != host.st_dev || guest.st_ino != host.st_ino)
      return false;
  }
  return true;
}

}  // namespace relocatable
