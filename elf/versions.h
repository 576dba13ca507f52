// elf/versions.h - symbol versions: which a file needs of which library, and
// which it defines. They tell how old a glibc may be.
//
// Layout: the Linux Standard Base, "Symbol Versioning".
#ifndef ELF_VERSIONS_H_
#define ELF_VERSIONS_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/optional.h"
#include "elf/byte_source.h"
#include "elf/dynamic.h"
#include "elf/header.h"
#include "elf/version.h"

namespace relocatable {

struct VersionNeed {
  std::string soname;   // as in DT_NEEDED: libc.so.6
  std::string version;  // GLIBC_2.34
  bool weak = false;    // its absence is a warning, not an error
};

absl::StatusOr<std::vector<VersionNeed>> ReadVersionNeeds(
    const ByteSource& file, const ElfHeader& header,
    const DynamicSection& dynamic);

// The names a library defines, its own base name (the soname) left out.
absl::StatusOr<std::vector<std::string>> ReadVersionDefinitions(
    const ByteSource& file, const ElfHeader& header,
    const DynamicSection& dynamic);

// The oldest glibc that has version `name`: GLIBC_2.34 -> 2.34. Nothing for
// names of other libraries, and for GLIBC_PRIVATE (which must be of the very
// same build).
absl::optional<Version> GlibcOfVersionName(absl::string_view name);

// The oldest glibc that satisfies all needs, weak ones too.
absl::optional<Version> GlibcFloor(const std::vector<VersionNeed>& needs);

}  // namespace relocatable

#endif  // ELF_VERSIONS_H_
