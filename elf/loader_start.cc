#include "elf/loader_start.h"

#include <elf.h>

#include <cstdint>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "elf/elf_file.h"

namespace relocatable {
namespace {

// Of the 1,664; the rest is for libraries that are loaded later. glibc 2.36
// asks for 160 itself.
constexpr uint64_t kMostStaticTls = 256;
constexpr size_t kFirstLibrary = 2;

uint64_t StaticTls(const Closure& closure) {
  uint64_t size = 0;
  for (size_t i = kFirstLibrary; i < closure.objects.size(); ++i) {
    const ElfFile& elf = *closure.objects[i].elf;
    const Segment* const tls = FindSegment(elf.segments, PT_TLS);
    if (tls == nullptr || (elf.dynamic.flags & DF_STATIC_TLS) == 0) continue;
    size += tls->memory_size + tls->alignment;
  }
  return size;
}

bool NamesOrigin(const absl::optional<std::string>& folders) {
  return folders.has_value() && (absl::StrContains(*folders, "$ORIGIN") ||
                                 absl::StrContains(*folders, "${ORIGIN}"));
}

bool NeedsExecutableStack(const ElfFile& elf) {
  const Segment* const stack = FindSegment(elf.segments, PT_GNU_STACK);
  return stack != nullptr && (stack->flags & PF_X) != 0;
}

}  // namespace

std::string WhyNotByLoader(const Closure& closure) {
  const ElfFile& program = *closure.objects[0].elf;
  if (program.interpreter.empty()) return "it has no ld.so";
  if (!program.header.is_64) return "it is a 32-bit program";
  if (!closure.complete()) return "not all it needs is there";
  const Loader& loader = *closure.loader;
  if (loader.family != LoaderFamily::kGlibc) {
    return "its ld.so is musl's, which has no auditing";
  }
  // 2.31 is the oldest that has been tried; --preload came with 2.30.
  if (!loader.has_audit || !loader.has_inhibit_rpath || !loader.has_preload) {
    return "its glibc is older than 2.31";
  }
  if (NamesOrigin(program.dynamic.rpath) ||
      NamesOrigin(program.dynamic.runpath)) {
    return "it looks for libraries in $ORIGIN";
  }
  if (NeedsExecutableStack(program)) return "it needs an executable stack";
  const uint64_t tls = StaticTls(closure);
  if (tls > kMostStaticTls) {
    return absl::StrCat("its libraries ask for ", tls,
                        " bytes of static TLS, more than ", kMostStaticTls);
  }
  return "";
}

}  // namespace relocatable
