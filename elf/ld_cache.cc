#include "elf/ld_cache.h"

#include <elf.h>
#include <limits.h>

#include <algorithm>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/status_macros.h"

namespace relocatable {
namespace {

constexpr absl::string_view kOldMagic = "ld.so-1.7.0";
constexpr absl::string_view kMagic = "glibc-ld.so.cache1.1";
constexpr uint64_t kOldHeader = 16, kOldEntry = 12;
constexpr uint64_t kHeader = 48, kEntry = 24;
constexpr uint32_t kExtensionMagic = 0xeaa42174;
constexpr uint32_t kHwcapsExtension = 1;
constexpr size_t kMaxHwcaps = 1000;
constexpr uint64_t kNamedHwcap = 1ull << 62;  // DL_CACHE_HWCAP_EXTENSION

absl::Status NotACache() {
  return absl::InvalidArgumentError("is not an ld.so.cache");
}

// Where the new table begins: 0, or behind the old one.
absl::StatusOr<uint64_t> Start(absl::string_view bytes, ByteOrder order) {
  if (!absl::StartsWith(bytes, kOldMagic)) return 0;
  RELOC_ASSIGN_OR_RETURN(
      const uint64_t count,
      Bytes(bytes, order).Number(12, 4, "the old table's header"));
  return AlignUp(
      SaturatingAdd(kOldHeader, SaturatingMultiply(count, kOldEntry)), 8);
}

// Byte 28 tells the order since glibc 2.32: 2 little, 3 big, 0 not said.
absl::Status CheckOrder(uint8_t flags, ByteOrder order) {
  const int said = flags & 3;
  if (said == 0 || said == (order == ByteOrder::kBig ? 3 : 2)) {
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError(
      said == 1 ? "is marked as invalid"
                : "is an ld.so.cache for the other byte order");
}

// No text is longer than a path: of a file whose strings never end, looking for
// the end of each would take hours.
absl::StatusOr<absl::string_view> Text(Bytes cache, uint64_t offset,
                                       absl::string_view what) {
  RELOC_RETURN_IF_ERROR(CheckBounds(offset, 1, cache.size(), what));
  const uint64_t size = std::min<uint64_t>(PATH_MAX, cache.size() - offset);
  RELOC_ASSIGN_OR_RETURN(const Bytes window, cache.Sub(offset, size, what));
  absl::StatusOr<absl::string_view> text = window.CString(0, what);
  if (text.ok()) return text;
  return absl::OutOfRangeError(
      absl::StrCat("has no NUL behind ", what, " at ", offset));
}

// The names that entries refer to by index; empty if there are none.
absl::StatusOr<std::vector<absl::string_view>> ReadHwcaps(Bytes cache,
                                                          uint64_t offset) {
  std::vector<absl::string_view> names;
  if (offset == 0) return names;
  constexpr absl::string_view kWhat = "the cache's extensions";
  FieldReader head(cache, offset, kWhat);
  const uint32_t magic = head.U32();
  const uint32_t count = head.U32();
  RELOC_RETURN_IF_ERROR(head.status());
  if (magic != kExtensionMagic) return NotACache();
  for (uint32_t i = 0; i < count; ++i) {
    FieldReader section(
        cache, SaturatingAdd(offset, 8 + SaturatingMultiply(i, 16)), kWhat);
    const uint32_t tag = section.U32();
    section.U32();  // flags
    const uint32_t at = section.U32();
    const uint32_t size = section.U32();
    RELOC_RETURN_IF_ERROR(section.status());
    if (tag != kHwcapsExtension) continue;
    RELOC_ASSIGN_OR_RETURN(const Bytes indices, cache.Sub(at, size, kWhat));
    for (uint64_t j = 0; j < size / 4; ++j) {
      RELOC_ASSIGN_OR_RETURN(const uint64_t string,
                             indices.Number(j * 4, 4, kWhat));
      RELOC_ASSIGN_OR_RETURN(const absl::string_view name,
                             Text(cache, string, "a sub-directory's name"));
      if (names.size() == kMaxHwcaps) {
        return absl::ResourceExhaustedError(
            absl::StrCat("has more than ", kMaxHwcaps, " sub-directories"));
      }
      names.push_back(name);
    }
  }
  return names;
}

absl::StatusOr<CacheEntry> ReadEntry(
    Bytes cache, uint64_t offset,
    const std::vector<absl::string_view>& hwcaps) {
  FieldReader fields(cache, offset, "the cache's entries");
  CacheEntry entry;
  entry.flags = static_cast<int32_t>(fields.U32());
  const uint32_t name = fields.U32();
  const uint32_t path = fields.U32();
  fields.U32();  // osversion, unused since 2.36
  const uint64_t hwcap = fields.U64();
  RELOC_RETURN_IF_ERROR(fields.status());
  RELOC_ASSIGN_OR_RETURN(entry.name, Text(cache, name, "a library's name"));
  RELOC_ASSIGN_OR_RETURN(entry.path, Text(cache, path, "a library's path"));
  if ((hwcap >> 32 << 32) != kNamedHwcap) {
    entry.legacy_hwcaps = hwcap;
    return entry;
  }
  const uint64_t index = hwcap & 0xffffffff;
  if (index >= hwcaps.size()) {
    return absl::OutOfRangeError(
        absl::StrCat("names sub-directory ", index, " of ", hwcaps.size()));
  }
  entry.hwcap = hwcaps[index];
  return entry;
}

}  // namespace

absl::StatusOr<std::vector<CacheEntry>> ParseLdCache(absl::string_view bytes,
                                                     ByteOrder order) {
  RELOC_ASSIGN_OR_RETURN(const uint64_t start, Start(bytes, order));
  if (start > bytes.size()) return NotACache();
  bytes.remove_prefix(start);
  if (!absl::StartsWith(bytes, kMagic)) return NotACache();
  const Bytes cache(bytes, order);
  FieldReader header(cache, kMagic.size(), "the cache's header");
  const uint32_t count = header.U32();
  header.U32();  // the strings' size
  const uint32_t flags = header.U32();
  const uint32_t extensions = header.U32();
  RELOC_RETURN_IF_ERROR(header.status());
  const uint8_t order_byte =
      order == ByteOrder::kBig ? flags >> 24 : flags & 0xff;
  RELOC_RETURN_IF_ERROR(CheckOrder(order_byte, order));
  RELOC_ASSIGN_OR_RETURN(const std::vector<absl::string_view> hwcaps,
                         ReadHwcaps(cache, extensions));
  RELOC_RETURN_IF_ERROR(CheckBounds(kHeader, SaturatingMultiply(count, kEntry),
                                    bytes.size(), "the cache's entries"));
  std::vector<CacheEntry> entries;
  entries.reserve(count);
  for (uint32_t i = 0; i < count; ++i) {
    RELOC_ASSIGN_OR_RETURN(
        CacheEntry entry,
        ReadEntry(cache, kHeader + SaturatingMultiply(i, kEntry), hwcaps));
    entries.push_back(std::move(entry));
  }
  return entries;
}

absl::optional<int32_t> CacheFlags(const ElfHeader& header) {
  constexpr int32_t kLibc6 = 3;
  switch (header.machine) {
    case EM_386:
      return kLibc6;
    case EM_X86_64:
      return kLibc6 | (header.is_64 ? 0x300 : 0x800);
    case EM_AARCH64:
      return kLibc6 | 0xa00;
    case EM_S390:
      return kLibc6 | (header.is_64 ? 0x400 : 0);
    case EM_PPC64:
      return kLibc6 | 0x500;
    case EM_ARM:  // EF_ARM_ABI_FLOAT_HARD
      return kLibc6 | (header.flags & 0x400 ? 0x900 : 0xb00);
    case EM_RISCV:  // EF_RISCV_FLOAT_ABI_DOUBLE
      return kLibc6 | (header.flags & 0x4 ? 0x1000 : 0xf00);
  }
  return absl::nullopt;
}

const CacheEntry* FindInCache(const std::vector<CacheEntry>& cache,
                              absl::string_view name, int32_t flags,
                              const std::vector<std::string>& hwcaps) {
  const CacheEntry* best = nullptr;
  size_t best_rank = hwcaps.size() + 1;
  for (const CacheEntry& entry : cache) {
    if (entry.flags != flags || entry.legacy_hwcaps != 0) continue;
    if (!SameCacheName(entry.name, name)) continue;
    const size_t rank =
        std::find(hwcaps.begin(), hwcaps.end(), entry.hwcap) - hwcaps.begin();
    if (rank == hwcaps.size() && !entry.hwcap.empty()) continue;
    if (rank >= best_rank) continue;
    best = &entry;
    best_rank = rank;
  }
  return best;
}

bool SameCacheName(absl::string_view a, absl::string_view b) {
  const auto skip_zeros = [](absl::string_view* s) {
    while (s->size() > 1 && (*s)[0] == '0' && absl::ascii_isdigit((*s)[1])) {
      s->remove_prefix(1);
    }
  };
  bool in_number = false;
  while (!a.empty() && !b.empty()) {
    if (!in_number) {
      skip_zeros(&a);
      skip_zeros(&b);
    }
    if (a[0] != b[0]) return false;
    in_number = absl::ascii_isdigit(a[0]);
    a.remove_prefix(1);
    b.remove_prefix(1);
  }
  return a.empty() && b.empty();
}

}  // namespace relocatable
