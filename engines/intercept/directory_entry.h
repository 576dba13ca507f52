// engines/intercept/directory_entry.h - struct linux_dirent64 of getdents64(2),
// and struct linux_dirent of getdents(2), which has the type behind the name.
//
// Freestanding.
#ifndef ENGINES_INTERCEPT_DIRECTORY_ENTRY_H_
#define ENGINES_INTERCEPT_DIRECTORY_ENTRY_H_

#include <stddef.h>
#include <stdint.h>

namespace relocatable {

struct DirectoryEntry {
  uint64_t inode;
  int64_t offset;
  uint16_t length;  // of this entry, with padding
  uint8_t type;
  char name[1];

  static size_t LengthFor(size_t name_size) {
    constexpr size_t kBeforeName = 19;
    return (kBeforeName + name_size + 1 + 7) & ~size_t{7};
  }
};

struct OldDirectoryEntry {
  uint64_t inode;
  int64_t offset;
  uint16_t length;
  char name[1];

  static size_t LengthFor(size_t name_size) {
    constexpr size_t kBeforeName = 18;
    return (kBeforeName + name_size + 2 + 7) & ~size_t{7};
  }
  char& type() { return reinterpret_cast<char*>(this)[length - 1]; }
};

}  // namespace relocatable

#endif  // ENGINES_INTERCEPT_DIRECTORY_ENTRY_H_
