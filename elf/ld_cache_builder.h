// elf/ld_cache_builder.h - an ld.so.cache made in a test.
#ifndef ELF_LD_CACHE_BUILDER_H_
#define ELF_LD_CACHE_BUILDER_H_

#include <cstdint>
#include <string>
#include <vector>

namespace relocatable {

struct CacheSpec {
  int32_t flags = 0x303;  // x86-64
  std::string name, path;
  int hwcap = -1;  // index in CacheBuilder::hwcaps
  uint64_t legacy_hwcaps = 0;
};

struct CacheBuilder {
  std::vector<CacheSpec> entries;
  std::vector<std::string> hwcaps = {};
  bool old_table = false;  // in front, as before glibc 2.32
  uint8_t order = 2;       // little-endian

  std::string Build() const {
    std::string table, strings;
    const size_t strings_at = 48 + 24 * entries.size();
    const auto add = [&](const std::string& s) {
      const size_t at = strings_at + strings.size();
      strings += s + '\0';
      return Number(at, 4);
    };
    for (const CacheSpec& e : entries) {
      table += Number(e.flags, 4);
      table += add(e.name);
      table += add(e.path);
      table += Number(0, 4);
      table += Number(e.hwcap >= 0 ? 1ull << 62 | e.hwcap : e.legacy_hwcaps, 8);
    }
    std::string indices;
    for (const std::string& s : hwcaps) indices += add(s);
    while ((strings_at + strings.size()) % 4 != 0) strings += '\0';
    const size_t extension = strings_at + strings.size();
    std::string bytes = "glibc-ld.so.cache1.1" + Number(entries.size(), 4) +
                        Number(strings.size(), 4) + Number(order, 4) +
                        Number(hwcaps.empty() ? 0 : extension, 4) +
                        Number(0, 4) + Number(0, 8) + table + strings;
    if (!hwcaps.empty()) {
      bytes += Number(0xeaa42174, 4) + Number(1, 4) + Number(1, 4) +
               Number(0, 4) + Number(extension + 24, 4) +
               Number(indices.size(), 4) + indices;
    }
    if (!old_table) return bytes;
    std::string old = std::string("ld.so-1.7.0\0", 12) + Number(1, 4) +
                      std::string(12, '\0') + std::string(4, '\0');
    return old + bytes;
  }

  static std::string Number(uint64_t value, int size) {
    std::string bytes;
    for (int i = 0; i < size; ++i) bytes += static_cast<char>(value >> 8 * i);
    return bytes;
  }
};

}  // namespace relocatable

#endif  // ELF_LD_CACHE_BUILDER_H_
