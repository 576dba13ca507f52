// engines/userns/directory.h - the entries of a directory, without libc.
//
//   Directory dir;
//   if (dir.Open(path) == 0) while (const Entry* entry = dir.Next()) ...
#ifndef ENGINES_USERNS_DIRECTORY_H_
#define ENGINES_USERNS_DIRECTORY_H_

#include <stdint.h>

namespace relocatable::userns {

// struct linux_dirent64 of getdents64(2).
struct Entry {
  uint64_t inode;
  int64_t offset;
  unsigned short size;
  unsigned char type;  // DT_*; DT_UNKNOWN where the file system cannot say
  char name[];
};

class Directory {
 public:
  Directory() = default;
  Directory(const Directory&) = delete;
  ~Directory() { Close(); }

  int Open(const char* path);  // 0 or an errno
  // The next entry but "." and ".."; nullptr at the end or on an error.
  const Entry* Next();
  int error() const { return error_; }
  long fd() const { return fd_; }
  void Close();

 private:
  long fd_ = -1;
  long filled_ = 0;
  long at_ = 0;
  int error_ = 0;
  alignas(8) char buffer_[8192];
};

// Whether `path` is a directory that can be listed and has no entries.
bool IsEmptyDirectory(const char* path);

}  // namespace relocatable::userns

#endif  // ENGINES_USERNS_DIRECTORY_H_
