#include "engines/intercept/mapped_elf.h"

#include <asm/unistd.h>
#include <sys/mman.h>

#include "base/bare/syscall.h"
#include "engines/intercept/file_size.h"

namespace relocatable {

using bare::Str;
using bare::Syscall;

const Elf64_Phdr* MappedElf::Segment(int i) const {
  if (i >= header().e_phnum) return nullptr;
  return reinterpret_cast<const Elf64_Phdr*>(
      At(header().e_phoff + static_cast<uint64_t>(i) * sizeof(Elf64_Phdr),
         sizeof(Elf64_Phdr)));
}

const Elf64_Shdr* MappedElf::Section(int i) const {
  if (i >= header().e_shnum || header().e_shentsize != sizeof(Elf64_Shdr)) {
    return nullptr;
  }
  return reinterpret_cast<const Elf64_Shdr*>(
      At(header().e_shoff + static_cast<uint64_t>(i) * sizeof(Elf64_Shdr),
         sizeof(Elf64_Shdr)));
}

const Elf64_Phdr* MappedElf::SegmentOfType(uint32_t type) const {
  for (int i = 0; const Elf64_Phdr* p = Segment(i); ++i) {
    if (p->p_type == type) return p;
  }
  return nullptr;
}

const Elf64_Shdr* MappedElf::SectionNamed(Str name) const {
  const Elf64_Shdr* names = Section(header().e_shstrndx);
  if (names == nullptr) return nullptr;
  for (int i = 0; const Elf64_Shdr* s = Section(i); ++i) {
    if (s->sh_name >= names->sh_size) continue;
    const uint8_t* text = At(names->sh_offset + s->sh_name, name.size + 1);
    if (text != nullptr && text[name.size] == 0 &&
        Str(reinterpret_cast<const char*>(text), name.size) == name) {
      return s;
    }
  }
  return nullptr;
}

const uint8_t* MappedElf::AtAddress(uint64_t address, uint64_t count) const {
  for (int i = 0; const Elf64_Phdr* p = Segment(i); ++i) {
    if (p->p_type == PT_LOAD && address - p->p_vaddr < p->p_filesz) {
      return At(p->p_offset + (address - p->p_vaddr), count);
    }
  }
  return nullptr;
}

bool MapElfFile(long fd, MappedElf& file) {
  const uint64_t size = FileSize(fd);
  if (size < sizeof(Elf64_Ehdr)) return false;
  const long map =
      Syscall(__NR_mmap, nullptr, size, PROT_READ, MAP_PRIVATE, fd, 0);
  if (map < 0 && map > -4096) return false;
  file = {reinterpret_cast<const uint8_t*>(map), size};
  const Elf64_Ehdr& h = file.header();
  if (Str(reinterpret_cast<const char*>(h.e_ident), SELFMAG) ==
          Str(ELFMAG, SELFMAG) &&
      h.e_ident[EI_CLASS] == ELFCLASS64 && h.e_machine == EM_X86_64 &&
      h.e_phentsize == sizeof(Elf64_Phdr)) {
    return true;
  }
  UnmapElfFile(file);
  return false;
}

void UnmapElfFile(const MappedElf& file) {
  Syscall(__NR_munmap, file.bytes, file.size);
}

}  // namespace relocatable
