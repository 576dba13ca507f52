// engines/intercept/tiny_elf.h - for tests: an ELF file with one code segment
// that is one function, as bytes.
#ifndef ENGINES_INTERCEPT_TINY_ELF_H_
#define ENGINES_INTERCEPT_TINY_ELF_H_

#include <elf.h>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>

namespace relocatable {

inline constexpr uint64_t kTinyOffset = 0x1000;    // of the code in its file
inline constexpr uint64_t kTinyAddress = 0x41000;  // and of its first byte

// A file whose symbol table says that all of `code` is a function; or, without
// a symbol, a file that does not say where its code starts.
inline std::string TinyElf(const std::string& code, bool has_symbol = true) {
  struct {
    Elf64_Ehdr header;
    Elf64_Phdr segment;
    Elf64_Shdr sections[2];
    Elf64_Sym symbol;
  } file = {};
  memcpy(file.header.e_ident, ELFMAG, SELFMAG);
  file.header.e_ident[EI_CLASS] = ELFCLASS64;
  file.header.e_type = ET_DYN;
  file.header.e_machine = EM_X86_64;
  file.header.e_phoff = offsetof(decltype(file), segment);
  file.header.e_phentsize = sizeof(Elf64_Phdr);
  file.header.e_phnum = 1;
  file.header.e_shoff = offsetof(decltype(file), sections);
  file.header.e_shentsize = sizeof(Elf64_Shdr);
  file.header.e_shnum = has_symbol ? 2 : 1;
  file.segment = {.p_type = PT_LOAD,
                  .p_flags = PF_R | PF_X,
                  .p_offset = kTinyOffset,
                  .p_vaddr = kTinyAddress,
                  .p_paddr = kTinyAddress,
                  .p_filesz = code.size(),
                  .p_memsz = code.size(),
                  .p_align = 0x1000};
  file.sections[1].sh_type = SHT_SYMTAB;
  file.sections[1].sh_offset = offsetof(decltype(file), symbol);
  file.sections[1].sh_size = sizeof(Elf64_Sym);
  file.symbol.st_info = ELF64_ST_INFO(STB_GLOBAL, STT_FUNC);
  file.symbol.st_shndx = 1;
  file.symbol.st_value = kTinyAddress;
  file.symbol.st_size = code.size();
  std::string bytes(reinterpret_cast<const char*>(&file), sizeof(file));
  bytes.resize(kTinyOffset);
  return bytes + code;
}

}  // namespace relocatable

#endif  // ENGINES_INTERCEPT_TINY_ELF_H_
