// elf/elf_builder.h - ELF files made in a test, field by field.
//
// What it builds, unpatched, is a library that a real ld.so of this machine
// maps and lists (one writable segment, an empty symbol table): tests of the
// library search ask both it and us. A malformed file is a good one with a
// field changed through Put(), at an offset that Built names.
#ifndef ELF_ELF_BUILDER_H_
#define ELF_ELF_BUILDER_H_

#include <elf.h>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/optional.h"
#include "elf/bytes.h"

namespace relocatable {

struct NoteSpec {
  std::string name;
  uint32_t type = 0;
  std::string description;
  uint64_t alignment = 4;  // 8: in a segment of 8-byte alignment
};

struct VersionSpec {
  std::string soname;
  std::vector<std::string> versions;
};

struct Built {
  std::string bytes;
  bool is_64 = true;
  ByteOrder order = ByteOrder::kLittle;
  // Where things lie; 0 where there is no such thing.
  uint64_t program_headers = 0;
  uint64_t interpreter = 0, notes = 0, strings = 0, dynamic = 0;
  uint64_t version_needs = 0, version_definitions = 0;

  // Writes a number of `size` bytes in the file's order. Offsets beyond the end
  // are a mistake of the test.
  void Put(uint64_t offset, uint64_t value, int size);
  // The value of the first dynamic entry with `tag`.
  void PutDynamic(uint64_t tag, uint64_t value);
  // Offset of program header `i`, and of its fields that tests like to break.
  uint64_t Header(int i) const;
  uint64_t HeaderFileSize(int i) const;
  uint64_t HeaderOffset(int i) const;
};

struct ElfBuilder {
  bool is_64 = true;
  ByteOrder order = ByteOrder::kLittle;
  uint8_t os_abi = 0;
  uint16_t type = ET_DYN;
  uint16_t machine = EM_X86_64;
  uint64_t entry = 0;
  std::string interpreter;
  bool dynamic = true;  // false: no PT_DYNAMIC
  std::vector<std::string> needed = {};
  std::vector<std::string> filters = {}, auxiliary = {};
  std::string soname = {};
  absl::optional<std::string> rpath = {}, runpath = {};
  uint64_t flags_1 = 0;
  std::vector<VersionSpec> version_needs = {};
  std::vector<std::string> version_definitions = {};  // the first is the base
  std::vector<NoteSpec> notes = {};
  std::string data_start = {};  // what the (only, writable) segment begins with
                                // in a segment of its own, for Go's marks
  std::string tail = {};        // bytes behind everything, mapped too

  Built Build() const;
};

// The first four bytes of a property note, and all of it: "this file needs
// x86-64-vN".
NoteSpec NeedsX86Level(int level);
NoteSpec AbiTag(uint32_t system, uint32_t major, uint32_t minor,
                uint32_t patch);
NoteSpec BuildId(absl::string_view bytes);

}  // namespace relocatable

#endif  // ELF_ELF_BUILDER_H_
