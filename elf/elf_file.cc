#include "elf/elf_file.h"

#include <elf.h>

#include <memory>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "base/status_macros.h"

namespace relocatable {
namespace {

ElfKind KindOf(const ElfFile& elf) {
  if (elf.header.type != ET_EXEC && elf.header.type != ET_DYN) {
    return ElfKind::kOther;
  }
  if (!elf.interpreter.empty()) return ElfKind::kDynamic;
  if (elf.header.type == ET_EXEC) return ElfKind::kStatic;
  if (elf.dynamic.flags_1 & DF_1_PIE) return ElfKind::kStaticPie;
  return ElfKind::kSharedLibrary;
}

}  // namespace

absl::string_view ElfKindWords(ElfKind kind) {
  switch (kind) {
    case ElfKind::kDynamic:
      return "dynamic program";
    case ElfKind::kStatic:
      return "static program";
    case ElfKind::kStaticPie:
      return "static position-independent program";
    case ElfKind::kSharedLibrary:
      return "shared library";
    case ElfKind::kOther:
      break;
  }
  return "neither program nor library";
}

absl::StatusOr<ElfFile> ReadElf(const ByteSource& file) {
  ElfFile elf;
  RELOC_ASSIGN_OR_RETURN(elf.header, ReadElfHeader(file));
  RELOC_ASSIGN_OR_RETURN(elf.segments, ReadSegments(file, elf.header));
  RELOC_ASSIGN_OR_RETURN(elf.interpreter, ReadInterpreter(file, elf.segments));
  RELOC_ASSIGN_OR_RETURN(elf.dynamic,
                         ReadDynamicSection(file, elf.header, elf.segments));
  RELOC_ASSIGN_OR_RETURN(elf.notes, ReadNotes(file, elf.header, elf.segments));
  RELOC_ASSIGN_OR_RETURN(elf.go, ReadGoInfo(file, elf.notes, elf.segments));
  RELOC_ASSIGN_OR_RETURN(elf.version_needs,
                         ReadVersionNeeds(file, elf.header, elf.dynamic));
  RELOC_ASSIGN_OR_RETURN(elf.version_definitions,
                         ReadVersionDefinitions(file, elf.header, elf.dynamic));
  elf.dynamic.strings = std::string();  // megabytes, and all read
  elf.kind = KindOf(elf);
  return elf;
}

absl::StatusOr<ElfFile> ReadElfFile(const std::string& path) {
  RELOC_ASSIGN_OR_RETURN(const std::unique_ptr<ByteSource> file,
                         OpenSource(path));
  absl::StatusOr<ElfFile> elf = ReadElf(*file);
  if (elf.ok()) return elf;
  return absl::Status(elf.status().code(),
                      absl::StrCat("'", path, "': ", elf.status().message()));
}

}  // namespace relocatable
