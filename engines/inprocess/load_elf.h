// engines/inprocess/load_elf.h - maps an ELF file as the kernel does
// (fs/binfmt_elf.c, load_elf_binary).
//
// Freestanding.
#ifndef ENGINES_INPROCESS_LOAD_ELF_H_
#define ENGINES_INPROCESS_LOAD_ELF_H_

#include <elf.h>
#include <stdint.h>

#include "engines/intercept/program.h"

namespace relocatable {

// An ELF file that can be mapped: opened, its headers read and checked.
struct ElfImage {
  long fd = -1;
  Elf64_Ehdr header;
  Elf64_Phdr segments[kMaxSegments];
  uint64_t low = 0;  // page-rounded span of its PT_LOADs
  uint64_t high = 0;
  bool needs_executable_stack = false;

  // Set by MapElf.
  uint64_t bias = 0;  // added to every address in the file
  uint64_t entry() const { return bias + header.e_entry; }
  uint64_t headers() const;  // AT_PHDR
};

// Opens `host` and reads its headers. 0 or an errno (ENOEXEC); ENOEXEC too for
// a program at fixed addresses that are the interceptor's.
int OpenElf(const char* host, ElfImage& image);

// Maps the segments; closes the file. 0 or an errno, after which the address
// space may hold a part of it.
int MapElf(ElfImage& image);

// For an image that somebody else has mapped with this bias, and whose code
// nobody changes: maps its code again, over itself, so that it calls the
// interceptor (engines/intercept/map_code.h); closes the file. 0, or an errno,
// after which some of it may be gone.
int MapCodeAgain(ElfImage& image);

}  // namespace relocatable

#endif  // ENGINES_INPROCESS_LOAD_ELF_H_
