#include "elf/hwcaps.h"

#include <elf.h>

#include "absl/strings/str_cat.h"

namespace relocatable {
namespace {

std::string Platform(const ElfHeader& header, const Cpu& cpu) {
  switch (header.machine) {
    case EM_X86_64:
      return cpu.x86_level > 0 ? cpu.platform : "x86_64";
    case EM_386:
      return "i686";
    case EM_AARCH64:
      return "aarch64";
  }
  return "";
}

// The words of the older scheme; the more a word weighs the earlier it stands.
std::vector<std::string> LegacyWords(const ElfHeader& header, const Cpu& cpu,
                                     const std::string& platform) {
  std::vector<std::string> words = {"tls"};
  if (!platform.empty()) words.push_back(platform);
  if (header.machine == EM_X86_64) {
    if (cpu.avx512_1) words.push_back("avx512_1");
    words.push_back("x86_64");
  } else if (header.machine == EM_386) {
    words.push_back("sse2");
  }
  return words;
}

// All sub-sets but the empty one, as binary numbers from the largest down.
void AddCombinations(const std::vector<std::string>& words,
                     std::vector<std::string>* subfolders) {
  for (unsigned set = (1u << words.size()) - 1; set > 0; --set) {
    std::string folder;
    for (size_t i = 0; i < words.size(); ++i) {
      const unsigned bit = 1u << (words.size() - 1 - i);
      if (set & bit) absl::StrAppend(&folder, words[i], "/");
    }
    subfolders->push_back(folder);
  }
}

}  // namespace

Hwcaps HwcapsFor(const Loader& loader, const ElfHeader& header,
                 const Cpu& cpu) {
  Hwcaps hwcaps;
  hwcaps.platform = Platform(header, cpu);
  if (loader.has_glibc_hwcaps() && header.machine == EM_X86_64) {
    for (int level = cpu.x86_level; level > 1; --level) {
      hwcaps.names.push_back(X86LevelName(level));
      hwcaps.subfolders.push_back(
          absl::StrCat("glibc-hwcaps/", hwcaps.names.back(), "/"));
    }
  }
  if (loader.has_legacy_hwcaps()) {
    AddCombinations(LegacyWords(header, cpu, hwcaps.platform),
                    &hwcaps.subfolders);
  }
  hwcaps.subfolders.push_back("");
  return hwcaps;
}

}  // namespace relocatable
