#include "elf/machine.h"

#include <elf.h>

#include "absl/strings/str_cat.h"

namespace relocatable {
namespace {

// Machines of one name whatever the class; the others are in MachineName.
struct Name {
  int machine;
  const char* name;
};

constexpr Name kNames[] = {
    {EM_386, "i386"},    {EM_AARCH64, "AArch64"}, {EM_68K, "m68k"},
    {EM_ALPHA, "Alpha"}, {EM_PARISC, "PA-RISC"},  {EM_IA_64, "Itanium"},
    {EM_SH, "SuperH"},   {EM_SPARCV9, "SPARC64"}, {EM_SPARC, "SPARC"},
    {EM_PPC, "PowerPC"}, {EM_BPF, "BPF"},
};

constexpr int kLoongArch = 258;  // EM_LOONGARCH, since glibc 2.36's elf.h

}  // namespace

std::string MachineName(const ElfHeader& h) {
  const bool big = h.order == ByteOrder::kBig;
  const char* little_endian = big ? "" : " little-endian";
  const char* big_endian = big ? " big-endian" : "";
  const char* bits = h.is_64 ? "64" : "32";
  switch (h.machine) {
    case EM_X86_64:
      return h.is_64 ? "x86-64" : "x86-64 with 32-bit pointers (x32)";
    case EM_ARM:
      return absl::StrCat("ARM", big_endian);
    case EM_PPC64:
      return absl::StrCat("PowerPC64", little_endian);
    case EM_S390:
      return h.is_64 ? "s390x" : "s390";
    case EM_MIPS:
      return absl::StrCat("MIPS", bits, little_endian);
    case EM_RISCV:
      return absl::StrCat("RISC-V ", bits);
    case kLoongArch:
      return absl::StrCat("LoongArch", bits);
  }
  for (const Name& name : kNames) {
    if (name.machine == h.machine)
      return absl::StrCat(name.name, h.machine == EM_AARCH64 ? big_endian : "");
  }
  return absl::StrCat("machine ", h.machine);
}

bool IsHostMachine(const ElfHeader& h) {
#if defined(__x86_64__)
  return h.machine == EM_X86_64 && h.is_64 && h.order == ByteOrder::kLittle;
#elif defined(__aarch64__)
  return h.machine == EM_AARCH64 && h.is_64 && h.order == ByteOrder::kLittle;
#else
#error "name this processor in elf/machine.cc"
#endif
}

}  // namespace relocatable
