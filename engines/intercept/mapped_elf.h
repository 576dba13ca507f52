// engines/intercept/mapped_elf.h - an ELF file of this machine's, mapped to be
// read while its code is being mapped into a program.
//
// Every number in the file is its author's word: what it leads to is asked for
// with At() and AtAddress(), which check.
//
// Freestanding.
#ifndef ENGINES_INTERCEPT_MAPPED_ELF_H_
#define ENGINES_INTERCEPT_MAPPED_ELF_H_

#include <elf.h>
#include <stdint.h>

#include "base/bare/str.h"

namespace relocatable {

struct MappedElf {
  const uint8_t* bytes = nullptr;
  uint64_t size = 0;

  // `count` bytes at a place of the file; nullptr if it has not so many.
  const uint8_t* At(uint64_t offset, uint64_t count) const {
    return offset <= size && count <= size - offset ? bytes + offset : nullptr;
  }
  // Where in the file an address is kept; nullptr if nowhere.
  const uint8_t* AtAddress(uint64_t address, uint64_t count) const;

  const Elf64_Ehdr& header() const {
    return *reinterpret_cast<const Elf64_Ehdr*>(bytes);
  }
  // The i-th of each; nullptr behind the last.
  const Elf64_Phdr* Segment(int i) const;
  const Elf64_Shdr* Section(int i) const;

  const Elf64_Phdr* SegmentOfType(uint32_t type) const;
  const Elf64_Shdr* SectionNamed(bare::Str name) const;
};

// Maps the file of `fd`; false if it is no ELF file for x86-64.
bool MapElfFile(long fd, MappedElf& file);
void UnmapElfFile(const MappedElf& file);

// A T at `at`; ELF promises no alignment.
template <typename T>
T LoadFrom(const uint8_t* at) {
  T value;
  __builtin_memcpy(&value, at, sizeof(value));
  return value;
}

}  // namespace relocatable

#endif  // ENGINES_INTERCEPT_MAPPED_ELF_H_
