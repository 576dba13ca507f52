#include "pack/started_by_loader.h"

#include <elf.h>

#include <memory>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "elf/byte_source.h"
#include "elf/closure.h"
#include "elf/elf_file.h"
#include "elf/loader_start.h"

namespace relocatable {
namespace {

// What decides of a program, besides the libraries.
std::string Wishes(const ElfFile& elf) {
  std::string text = absl::StrCat(
      elf.interpreter, "\n", elf.header.is_64, elf.header.machine, "\n",
      elf.dynamic.rpath.value_or("-"), "\n", elf.dynamic.runpath.value_or("-"),
      "\n", elf.dynamic.flags_1, "\n");
  const Segment* const stack = FindSegment(elf.segments, PT_GNU_STACK);
  absl::StrAppend(&text, stack != nullptr ? stack->flags : 0, "\n");
  for (const Dependency& d : elf.dynamic.dependencies) {
    absl::StrAppend(&text, static_cast<int>(d.kind), d.name, "\n");
  }
  return text;
}

}  // namespace

bool StartedByLoader::Is(const std::string& path) {
  const absl::StatusOr<std::unique_ptr<ByteSource>> file = tree_.Open(path);
  if (!file.ok()) return false;
  const absl::StatusOr<ElfFile> elf = ReadElf(**file);
  if (!elf.ok() || elf->interpreter.empty()) return false;
  const auto [place, is_new] = known_.try_emplace(Wishes(*elf), false);
  if (is_new) {
    const absl::StatusOr<Closure> closure = ComputeClosure(tree_, path);
    place->second = closure.ok() && WhyNotByLoader(*closure).empty();
  }
  return place->second;
}

}  // namespace relocatable
