// elf/elf_file.h - an ELF file as the rest of the program sees it: all that is
// known of it, as plain values.
//
//   absl::StatusOr<ElfFile> git = ReadElfFile("/usr/bin/git");
//   if (git.ok() && git->kind == ElfKind::kDynamic) ... git->interpreter ...
#ifndef ELF_ELF_FILE_H_
#define ELF_ELF_FILE_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/optional.h"
#include "elf/byte_source.h"
#include "elf/dynamic.h"
#include "elf/go.h"
#include "elf/header.h"
#include "elf/notes.h"
#include "elf/segments.h"
#include "elf/version.h"
#include "elf/versions.h"

namespace relocatable {

enum class ElfKind {
  kDynamic,        // names an interpreter: ld.so starts it
  kStatic,         // ET_EXEC without one
  kStaticPie,      // ET_DYN without one, but linked as a program (DF_1_PIE)
  kSharedLibrary,  // ET_DYN that is neither; ld.so itself too
  kOther,          // .o files, core dumps: the kernel does not start them
};

// "dynamic program", "static program", ...
absl::string_view ElfKindWords(ElfKind kind);

struct ElfFile {
  ElfHeader header;
  ElfKind kind = ElfKind::kOther;
  std::vector<Segment> segments;
  std::string interpreter;  // PT_INTERP; empty: none
  DynamicSection dynamic;
  Notes notes;
  GoInfo go;
  std::vector<VersionNeed> version_needs;
  std::vector<std::string> version_definitions;

  // The oldest glibc this file itself can do with (not its libraries).
  absl::optional<Version> glibc_floor() const {
    return GlibcFloor(version_needs);
  }
};

// Strict: a file with one part that cannot be read is an error which names the
// part. Kept so: ld.so would not start it either.
absl::StatusOr<ElfFile> ReadElf(const ByteSource& file);

// The same for the file `path`; errors begin with it: "'PATH': is not an ELF
// file", "cannot open 'PATH': …".
absl::StatusOr<ElfFile> ReadElfFile(const std::string& path);

}  // namespace relocatable

#endif  // ELF_ELF_FILE_H_
