// elf/header.h - the ELF header: what kind of file this is, and for whom.
//
// Layout: the generic ABI's "ELF header" chapter; elf(5).
#ifndef ELF_HEADER_H_
#define ELF_HEADER_H_

#include <cstdint>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "elf/byte_source.h"
#include "elf/bytes.h"

namespace relocatable {

struct ElfHeader {
  bool is_64 = false;
  ByteOrder order = ByteOrder::kLittle;
  uint8_t os_abi = 0;  // ELFOSABI_*
  uint8_t abi_version = 0;
  uint16_t type = 0;     // ET_*
  uint16_t machine = 0;  // EM_*
  uint32_t flags = 0;
  uint64_t entry = 0;
  uint64_t phoff = 0;  // program headers: where, how large, how many
  uint16_t phentsize = 0;
  uint16_t phnum = 0;

  // Bytes of an address, offset or size in this file.
  int word() const { return is_64 ? 8 : 4; }
};

// Whether a file that starts so is an ELF file at all, however broken.
bool HasElfMagic(absl::string_view start);

// kInvalidArgument if the file is no ELF file ("is not an ELF file"), or of a
// class, byte order or version that does not exist.
absl::StatusOr<ElfHeader> ReadElfHeader(const ByteSource& file);

}  // namespace relocatable

#endif  // ELF_HEADER_H_
