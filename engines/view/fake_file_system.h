// engines/view/fake_file_system.h - a file system described by a test.
#ifndef ENGINES_VIEW_FAKE_FILE_SYSTEM_H_
#define ENGINES_VIEW_FAKE_FILE_SYSTEM_H_

#include <map>
#include <string>

#include "engines/view/resolve.h"

namespace relocatable {

// Host paths and what they are: "d" a directory, "f" a file, "x" a directory
// one may not search, "p" a program, "l TEXT" a link. "/" is there by itself.
// Look-ups behave as readlinkat(2); one whose directories contain a link is a
// fault of the resolver and remembered in `fault`.
struct FakeFileSystem : FileSystem {
  explicit FakeFileSystem(std::map<std::string, std::string> described)
      : FileSystem{ReadLink, IsProgram}, files(std::move(described)) {}

  std::map<std::string, std::string> files;
  mutable std::string fault;
  mutable int looks = 0;

 private:
  static long ReadLink(const FileSystem& self, const char* path, char* text,
                       size_t size);
  static bool IsProgram(const FileSystem& self, const char* path);
};

}  // namespace relocatable

#endif  // ENGINES_VIEW_FAKE_FILE_SYSTEM_H_
