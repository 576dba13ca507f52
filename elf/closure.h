// elf/closure.h - all files that a dynamic program needs to start: what
// `ld.so --list` prints, for any tree, machine and ld.so, without running it.
//
// Not in it: what the program opens later (dlopen, NSS, gconv).
#ifndef ELF_CLOSURE_H_
#define ELF_CLOSURE_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/optional.h"
#include "elf/dynamic.h"
#include "elf/file_tree.h"
#include "elf/loader.h"
#include "elf/search.h"
#include "elf/version.h"

namespace relocatable {

// One name in one file, and what it came to.
struct Requirement {
  std::string name;
  Dependency::Kind kind = Dependency::Kind::kNeeded;
  int by = 0;           // index of the file that names it
  int object = -1;      // index of the file found, or -1
  std::string problem;  // if not found: "not found", or what is wrong with the
                        // file of that name

  bool missing() const {
    return object < 0 && kind != Dependency::Kind::kAuxiliary;
  }
};

struct Closure {
  // [0] is the program. If `loader` is set, [1] is the interpreter and the
  // others follow in the order ld.so loads them, breadth first.
  std::vector<LoadedObject> objects;
  // Of all files in load order; files with no loader have theirs here too, all
  // with the problem that there is no interpreter to ask.
  std::vector<Requirement> requirements;
  absl::optional<Loader> loader;
  std::string loader_path;     // PT_INTERP, or the settings'
  std::string loader_problem;  // why there is no loader, if there is a path

  // Nothing is missing, the interpreter included.
  bool complete() const;
  // The oldest glibc, kernel and x86-64 level that all files together ask for.
  absl::optional<Version> glibc_floor() const;
  absl::optional<Version> kernel_floor() const;
  int x86_level() const;
};

struct ClosureSettings {
  SearchSettings search;
  // The ld.so to use for a file that names none (a library).
  std::string loader_path;
};

// `program` is a path in `tree`. Errors only if it cannot be read as an ELF
// file (they begin with its path); what is missing is in the result.
absl::StatusOr<Closure> ComputeClosure(const FileTree& tree,
                                       const std::string& program,
                                       const ClosureSettings& settings = {});

}  // namespace relocatable

#endif  // ELF_CLOSURE_H_
