#include "engines/userns/descriptors.h"

#include <asm/unistd.h>
#include <fcntl.h>

#include "base/bare/syscall.h"

namespace relocatable::userns {
namespace {

using bare::Syscall;

// Descriptors plus one; 0 is a free slot. A launch has three open at most, and
// one process at a time that opens and closes them.
long open_files[8];

}  // namespace

long OpenFile(const char* path, int flags, mode_t mode) {
  const long fd = Syscall(__NR_openat, AT_FDCWD, path, flags | O_CLOEXEC, mode);
  if (fd < 0) return fd;
  for (long& slot : open_files) {
    if (slot != 0) continue;
    slot = fd + 1;
    break;
  }
  return fd;
}

void CloseFile(long fd) {
  if (fd < 0) return;
  for (long& slot : open_files) {
    if (slot == fd + 1) slot = 0;
  }
  Syscall(__NR_close, fd);
}

void CloseFilesLeftOpen() {
  for (const long& slot : open_files) {
    if (slot != 0) CloseFile(slot - 1);
  }
}

}  // namespace relocatable::userns
