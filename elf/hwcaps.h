// elf/hwcaps.h - the sub-folders for better processors that glibc's ld.so tries
// in every folder of a search path.
//
// Since 2.33 (ld.so(8) "Hardware capabilities"): glibc-hwcaps/x86-64-v4, -v3,
// -v2, those this processor can run, best first. Up to 2.36 then the older
// scheme: all combinations of "tls", the platform's name and the processor's
// abilities that matter (elf/dl-hwcaps.c, _dl_important_hwcaps). Last the
// folder itself. `ld.so --help` lists them; hwcaps_test.cc compares.
#ifndef ELF_HWCAPS_H_
#define ELF_HWCAPS_H_

#include <string>
#include <vector>

#include "elf/cpu.h"
#include "elf/header.h"
#include "elf/loader.h"

namespace relocatable {

struct Hwcaps {
  std::vector<std::string> names;       // x86-64-v3...: best first
  std::vector<std::string> subfolders;  // in the order tried, each with a slash
                                        // at its end; the last is ""
  std::string platform;                 // $PLATFORM; empty if not known
};

// For a program with this header under `loader` on `cpu`. Of a program for
// another processor than `cpu` nothing better than the basic one is assumed.
Hwcaps HwcapsFor(const Loader& loader, const ElfHeader& header, const Cpu& cpu);

}  // namespace relocatable

#endif  // ELF_HWCAPS_H_
