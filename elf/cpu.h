// elf/cpu.h - what of a processor matters to ld.so: which x86-64-vN it is, and
// what it is called in $PLATFORM.
#ifndef ELF_CPU_H_
#define ELF_CPU_H_

#include <string>

namespace relocatable {

struct Cpu {
  // 1 to 4: x86-64 to x86-64-v4 (the x86-64 psABI's micro-architecture levels);
  // 0 for other processors.
  int x86_level = 0;
  // AT_PLATFORM, which glibc replaces on Intel's processors with AVX2 and the
  // like by "haswell", and on the Xeon Phi by "xeon_phi"
  // (sysdeps/x86/cpu-features.c).
  std::string platform;
  // Intel's processors with AVX-512: a sub-directory of glibc up to 2.36.
  bool avx512_1 = false;
};

// This machine's.
Cpu HostCpu();

// "x86-64-v3"; "x86-64" for 1.
std::string X86LevelName(int level);

}  // namespace relocatable

#endif  // ELF_CPU_H_
