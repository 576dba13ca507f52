#include "elf/cpu.h"

#include <sys/auxv.h>

#include "absl/strings/str_cat.h"

#if defined(__x86_64__)
#include <cpuid.h>
#endif

namespace relocatable {
namespace {

#if defined(__x86_64__)

// CPUID's bits by register; the names are Intel's manual's (CPUID instruction).
struct Features {
  unsigned leaf1_ecx = 0, leaf7_ebx = 0, extended1_ecx = 0;
  bool intel = false;
  bool avx_saved = false, avx512_saved = false;  // by the operating system
};

constexpr unsigned kSse3 = 1u << 0, kSsse3 = 1u << 9, kFma = 1u << 12,
                   kCmpxchg16b = 1u << 13, kSse41 = 1u << 19, kSse42 = 1u << 20,
                   kMovbe = 1u << 22, kPopcnt = 1u << 23, kOsxsave = 1u << 27,
                   kAvx = 1u << 28, kF16c = 1u << 29;
constexpr unsigned kBmi1 = 1u << 3, kAvx2 = 1u << 5, kBmi2 = 1u << 8,
                   kAvx512f = 1u << 16, kAvx512dq = 1u << 17,
                   kAvx512pf = 1u << 26, kAvx512er = 1u << 27,
                   kAvx512cd = 1u << 28, kAvx512bw = 1u << 30,
                   kAvx512vl = 1u << 31;
constexpr unsigned kLahf = 1u << 0, kLzcnt = 1u << 5;  // leaf 0x80000001

bool Has(unsigned bits, unsigned wanted) { return (bits & wanted) == wanted; }

Features ReadFeatures() {
  Features f;
  unsigned a, b, c, d;
  if (__get_cpuid(0, &a, &b, &c, &d)) f.intel = b == signature_INTEL_ebx;
  if (__get_cpuid(1, &a, &b, &c, &d)) f.leaf1_ecx = c;
  if (__get_cpuid_count(7, 0, &a, &b, &c, &d)) f.leaf7_ebx = b;
  if (__get_cpuid(0x80000001, &a, &b, &c, &d)) f.extended1_ecx = c;
  if (f.leaf1_ecx & kOsxsave) {
    unsigned low, high;
    asm volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
    f.avx_saved = Has(low, 0x6);      // SSE and AVX state
    f.avx512_saved = Has(low, 0xe6);  // and the three of AVX-512
  }
  return f;
}

int Level(const Features& f) {
  if (!Has(f.leaf1_ecx,
           kCmpxchg16b | kPopcnt | kSse3 | kSsse3 | kSse41 | kSse42) ||
      !Has(f.extended1_ecx, kLahf)) {
    return 1;
  }
  if (!f.avx_saved || !Has(f.leaf1_ecx, kAvx | kF16c | kFma | kMovbe) ||
      !Has(f.leaf7_ebx, kAvx2 | kBmi1 | kBmi2) ||
      !Has(f.extended1_ecx, kLzcnt)) {
    return 2;
  }
  return f.avx512_saved && Has(f.leaf7_ebx, kAvx512f | kAvx512bw | kAvx512cd |
                                                kAvx512dq | kAvx512vl)
             ? 4
             : 3;
}

#endif

std::string KernelPlatform() {
  const char* platform = reinterpret_cast<const char*>(getauxval(AT_PLATFORM));
  return platform == nullptr ? "" : platform;
}

}  // namespace

Cpu HostCpu() {
  Cpu cpu;
  cpu.platform = KernelPlatform();
#if defined(__x86_64__)
  const Features f = ReadFeatures();
  cpu.x86_level = Level(f);
  if (!f.intel) return cpu;
  if (f.avx512_saved && Has(f.leaf7_ebx, kAvx512cd | kAvx512er | kAvx512pf)) {
    cpu.platform = "xeon_phi";
  } else if (cpu.x86_level >= 3) {
    cpu.platform = "haswell";
  }
  cpu.avx512_1 = cpu.x86_level == 4 && !Has(f.leaf7_ebx, kAvx512er);
#endif
  return cpu;
}

std::string X86LevelName(int level) {
  return level <= 1 ? "x86-64" : absl::StrCat("x86-64-v", level);
}

}  // namespace relocatable
