// elf/open_object.h - one step of a library search: is there a library at this
// path?
#ifndef ELF_OPEN_OBJECT_H_
#define ELF_OPEN_OBJECT_H_

#include <string>

#include "absl/status/status.h"
#include "elf/elf_file.h"
#include "elf/file_tree.h"
#include "elf/search.h"

namespace relocatable {

struct Attempt {
  enum class Outcome {
    kFound,
    kAbsent,  // no such file, or one that may not be read
    kFailed,  // open(2) fails otherwise: too many links, ...
    kOther,   // a library, but not for this program
    kBroken,  // opened, but no library: `problem` says why
  };
  Outcome outcome = Outcome::kAbsent;
  LoadedObject object;  // kFound and kOther: all but `loaded_by` and how found
  absl::Status problem;
};

// Opens `path`, which may be relative to `cwd`. kOther if the file is of
// another class or for another processor or system than `program`: where
// several kinds of programs run, their libraries may lie in one folder, and
// ld.so looks on.
Attempt OpenObject(const FileTree& tree, const std::string& cwd,
                   const std::string& path, const ElfFile& program);

}  // namespace relocatable

#endif  // ELF_OPEN_OBJECT_H_
