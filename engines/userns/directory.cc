#include "engines/userns/directory.h"

#include <asm/unistd.h>
#include <fcntl.h>

#include "base/bare/str.h"
#include "base/bare/syscall.h"
#include "engines/userns/descriptors.h"

namespace relocatable::userns {

using bare::Syscall;

int Directory::Open(const char* path) {
  Close();
  fd_ = OpenFile(path, O_RDONLY | O_DIRECTORY);
  return fd_ < 0 ? static_cast<int>(-fd_) : 0;
}

const Entry* Directory::Next() {
  for (;;) {
    if (at_ >= filled_) {
      at_ = 0;
      filled_ = Syscall(__NR_getdents64, fd_, buffer_, sizeof(buffer_));
      if (filled_ < 0) error_ = static_cast<int>(-filled_);
      if (filled_ <= 0) return nullptr;
    }
    const Entry* entry = reinterpret_cast<const Entry*>(buffer_ + at_);
    at_ += entry->size;
    const bare::Str name(entry->name);
    if (!(name == ".") && !(name == "..")) return entry;
  }
}

void Directory::Close() {
  CloseFile(fd_);
  fd_ = -1;
  filled_ = at_ = 0;
}

bool IsEmptyDirectory(const char* path) {
  Directory directory;
  return directory.Open(path) == 0 && directory.Next() == nullptr &&
         directory.error() == 0;
}

}  // namespace relocatable::userns
