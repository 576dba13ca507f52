// elf/machine.h - processors in words.
#ifndef ELF_MACHINE_H_
#define ELF_MACHINE_H_

#include <string>

#include "elf/header.h"

namespace relocatable {

// "x86-64", "AArch64", "PowerPC64 little-endian"; "machine 4711" for those
// without a name here.
std::string MachineName(const ElfHeader& header);

// True if the processor this program was compiled for runs such files itself
// (an x86-64 kernel runs i386 files too: that is not asked here).
bool IsHostMachine(const ElfHeader& header);

}  // namespace relocatable

#endif  // ELF_MACHINE_H_
