#include "pack/program.h"

#include <elf.h>

#include "elf/elf_file.h"

namespace relocatable {
namespace {

// A library may name an interpreter, as libc.so.6 does, so that it says its
// version when it is started; it has a soname, and no program has one.
bool IsLibrary(const ElfFile& elf) {
  return elf.kind == ElfKind::kSharedLibrary ||
         (elf.header.type == ET_DYN && !elf.dynamic.soname.empty() &&
          (elf.dynamic.flags_1 & DF_1_PIE) == 0);
}

}  // namespace

absl::StatusOr<bool> IsProgram(const std::string& path, const struct stat& st) {
  if (!S_ISREG(st.st_mode) || (st.st_mode & S_IXUSR) == 0) return false;
  const absl::StatusOr<ElfFile> elf = ReadElfFile(path);
  if (elf.ok()) return !IsLibrary(*elf);
  if (absl::IsPermissionDenied(elf.status())) return elf.status();
  return true;  // a script, or an ELF file so damaged that a start will tell
}

}  // namespace relocatable
