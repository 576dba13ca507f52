#include "elf/header.h"

#include <elf.h>

#include <string>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "base/status_macros.h"

namespace relocatable {
namespace {

absl::Status Unknown(absl::string_view what, int value,
                     absl::string_view known) {
  return absl::InvalidArgumentError(
      absl::StrCat("has ELF ", what, " ", value, " (known: ", known, ")"));
}

absl::Status CheckIdent(absl::string_view ident) {
  if (!HasElfMagic(ident)) {
    return absl::InvalidArgumentError("is not an ELF file");
  }
  RELOC_RETURN_IF_ERROR(
      CheckBounds(0, EI_NIDENT, ident.size(), "the ELF header"));
  if (ident[EI_CLASS] != ELFCLASS32 && ident[EI_CLASS] != ELFCLASS64) {
    return Unknown("class", ident[EI_CLASS], "1 is 32-bit, 2 is 64-bit");
  }
  if (ident[EI_DATA] != ELFDATA2LSB && ident[EI_DATA] != ELFDATA2MSB) {
    return Unknown("byte order", ident[EI_DATA],
                   "1 is little-endian, 2 is big-endian");
  }
  if (ident[EI_VERSION] != EV_CURRENT) {
    return Unknown("version", ident[EI_VERSION], "1");
  }
  return absl::OkStatus();
}

}  // namespace

bool HasElfMagic(absl::string_view start) {
  return start.substr(0, SELFMAG) == ELFMAG;
}

absl::StatusOr<ElfHeader> ReadElfHeader(const ByteSource& file) {
  RELOC_ASSIGN_OR_RETURN(
      const std::string bytes,
      file.ReadUpTo(0, sizeof(Elf64_Ehdr), "the ELF header"));
  RELOC_RETURN_IF_ERROR(CheckIdent(bytes));
  ElfHeader header;
  header.is_64 = bytes[EI_CLASS] == ELFCLASS64;
  RELOC_RETURN_IF_ERROR(
      CheckBounds(0, header.is_64 ? sizeof(Elf64_Ehdr) : sizeof(Elf32_Ehdr),
                  bytes.size(), "the ELF header"));
  header.order =
      bytes[EI_DATA] == ELFDATA2MSB ? ByteOrder::kBig : ByteOrder::kLittle;
  header.os_abi = bytes[EI_OSABI];
  header.abi_version = bytes[EI_ABIVERSION];

  FieldReader fields(Bytes(bytes, header.order), EI_NIDENT, "the ELF header");
  header.type = fields.U16();
  header.machine = fields.U16();
  fields.U32();  // e_version
  header.entry = fields.Next(header.word());
  header.phoff = fields.Next(header.word());
  fields.Next(header.word());  // e_shoff: sections are for linkers
  header.flags = fields.U32();
  fields.U16();  // e_ehsize
  header.phentsize = fields.U16();
  header.phnum = fields.U16();
  RELOC_RETURN_IF_ERROR(fields.status());
  return header;
}

}  // namespace relocatable
