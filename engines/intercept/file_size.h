// engines/intercept/file_size.h - the size of an open regular file.
// Freestanding.
#ifndef ENGINES_INTERCEPT_FILE_SIZE_H_
#define ENGINES_INTERCEPT_FILE_SIZE_H_

#include <asm/stat.h>
#include <asm/unistd.h>
#include <stdint.h>

#include "base/bare/syscall.h"

namespace relocatable {

// In bytes; 0 for what is no regular file, or no descriptor.
inline uint64_t FileSize(long fd) {
  struct stat st;
  constexpr unsigned kType = 0170000, kRegular = 0100000;
  if (bare::Syscall(__NR_fstat, fd, &st) != 0 ||
      (st.st_mode & kType) != kRegular) {
    return 0;
  }
  return static_cast<uint64_t>(st.st_size);
}

}  // namespace relocatable

#endif  // ENGINES_INTERCEPT_FILE_SIZE_H_
