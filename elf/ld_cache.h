// elf/ld_cache.h - /etc/ld.so.cache, as ldconfig writes and ld.so reads it.
//
// The format of glibc 2.2 and later (sysdeps/generic/dl-cache.h): a header with
// the magic "glibc-ld.so.cache1.1", entries of 24 bytes, strings, and
// since 2.33 extensions that name glibc-hwcaps sub-directories. ldconfig
// before 2.32 wrote an older table in front of it ("ld.so-1.7.0"), which is
// stepped over.
#ifndef ELF_LD_CACHE_H_
#define ELF_LD_CACHE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/optional.h"
#include "elf/bytes.h"
#include "elf/header.h"

namespace relocatable {

// Views into the bytes parsed.
struct CacheEntry {
  int32_t flags = 0;       // the kind of library, see CacheFlags
  absl::string_view name;  // libc.so.6
  absl::string_view path;
  // The glibc-hwcaps sub-directory the file lies in ("x86-64-v3"), or empty.
  absl::string_view hwcap;
  // Set for entries of the older hwcaps scheme (up to 2.36): ld.so takes them
  // where the processor has all of these bits.
  uint64_t legacy_hwcaps = 0;
};

// kInvalidArgument if it is no such cache, or for the other byte order;
// kOutOfRange for what lies outside it.
absl::StatusOr<std::vector<CacheEntry>> ParseLdCache(absl::string_view bytes,
                                                     ByteOrder order);

// The kind of library that a program with this header takes; nothing for
// processors whose number is not known here.
absl::optional<int32_t> CacheFlags(const ElfHeader& header);

// What ld.so finds for `name`: of entries in sub-directories the one that comes
// first in `hwcaps` (this processor's, best first), else the first of the plain
// ones. Entries of the older hwcaps scheme are passed over: the scheme knew
// three bits on x86, and Debian never shipped a library for it.
const CacheEntry* FindInCache(const std::vector<CacheEntry>& cache,
                              absl::string_view name, int32_t flags,
                              const std::vector<std::string>& hwcaps);

// Names are equal for ld.so if they differ in leading zeros of numbers only.
bool SameCacheName(absl::string_view a, absl::string_view b);

}  // namespace relocatable

#endif  // ELF_LD_CACHE_H_
