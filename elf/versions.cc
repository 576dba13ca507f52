#include "elf/versions.h"

#include <elf.h>

#include <algorithm>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "base/status_macros.h"
#include "elf/bytes.h"

namespace relocatable {
namespace {

// Of a table no more is looked at: libQt5Core's has 4 kB, glibc's 1.4 kB.
constexpr uint64_t kMaxTable = 1 << 20;

// Links in the tables go forward only, but by as little as one byte and from
// several places: without a bound, a file of 1 MB keeps us busy for hours.
constexpr uint64_t kMaxEntries = 20'000;

absl::Status TooMany(absl::string_view what) {
  return absl::ResourceExhaustedError(
      absl::StrCat("has more than ", kMaxEntries, " ", what));
}

absl::StatusOr<std::string> ReadTable(const ByteSource& file,
                                      const DynamicTable& table,
                                      absl::string_view what) {
  return file.ReadUpTo(table.place.offset,
                       std::min(table.place.available, kMaxTable), what);
}

}  // namespace

absl::StatusOr<std::vector<VersionNeed>> ReadVersionNeeds(
    const ByteSource& file, const ElfHeader& header,
    const DynamicSection& dynamic) {
  constexpr absl::string_view kWhat = "version needs";
  std::vector<VersionNeed> needs;
  if (dynamic.version_needs.count == 0) return needs;
  RELOC_ASSIGN_OR_RETURN(const std::string table,
                         ReadTable(file, dynamic.version_needs, kWhat));
  const Bytes bytes(table, header.order);
  const Bytes strings(dynamic.strings);
  uint64_t at = 0;
  for (uint64_t i = 0; i < dynamic.version_needs.count; ++i) {
    FieldReader need(bytes, at, kWhat);  // Elf64_Verneed = Elf32_Verneed
    need.U16();                          // vn_version
    const uint16_t count = need.U16();
    const uint32_t library = need.U32();
    uint64_t aux_at = SaturatingAdd(at, need.U32());
    const uint32_t next = need.U32();
    RELOC_RETURN_IF_ERROR(need.status());
    RELOC_ASSIGN_OR_RETURN(const absl::string_view library_name,
                           strings.CString(library, "a needed version's file"));
    for (int j = 0; j < count; ++j) {
      if (needs.size() == kMaxEntries) return TooMany(kWhat);
      FieldReader aux(bytes, aux_at, kWhat);  // Elf64_Vernaux
      aux.U32();                              // vna_hash
      const uint16_t flags = aux.U16();
      aux.U16();  // vna_other
      const uint32_t name = aux.U32();
      const uint32_t aux_next = aux.U32();
      RELOC_RETURN_IF_ERROR(aux.status());
      RELOC_ASSIGN_OR_RETURN(const absl::string_view version,
                             strings.CString(name, "a needed version's name"));
      needs.push_back({std::string(library_name), std::string(version),
                       (flags & VER_FLG_WEAK) != 0});
      if (aux_next == 0) break;
      aux_at = SaturatingAdd(aux_at, aux_next);
    }
    if (next == 0) break;
    at = SaturatingAdd(at, next);
  }
  return needs;
}

absl::StatusOr<std::vector<std::string>> ReadVersionDefinitions(
    const ByteSource& file, const ElfHeader& header,
    const DynamicSection& dynamic) {
  constexpr absl::string_view kWhat = "version definitions";
  std::vector<std::string> names;
  if (dynamic.version_definitions.count == 0) return names;
  RELOC_ASSIGN_OR_RETURN(const std::string table,
                         ReadTable(file, dynamic.version_definitions, kWhat));
  const Bytes bytes(table, header.order);
  const Bytes strings(dynamic.strings);
  uint64_t at = 0;
  for (uint64_t i = 0; i < dynamic.version_definitions.count; ++i) {
    if (i == kMaxEntries) return TooMany(kWhat);
    FieldReader definition(bytes, at, kWhat);  // Elf64_Verdef
    definition.U16();                          // vd_version
    const uint16_t flags = definition.U16();
    definition.U16();  // vd_ndx
    definition.U16();  // vd_cnt: the first name is its own, others its parents
    definition.U32();  // vd_hash
    const uint32_t aux = definition.U32();
    const uint32_t next = definition.U32();
    RELOC_RETURN_IF_ERROR(definition.status());
    RELOC_ASSIGN_OR_RETURN(const uint64_t name,
                           bytes.Number(SaturatingAdd(at, aux), 4, kWhat));
    RELOC_ASSIGN_OR_RETURN(const absl::string_view text,
                           strings.CString(name, "a defined version's name"));
    if ((flags & VER_FLG_BASE) == 0) names.push_back(std::string(text));
    if (next == 0) break;
    at = SaturatingAdd(at, next);
  }
  return names;
}

absl::optional<Version> GlibcOfVersionName(absl::string_view name) {
  // Not a set of symbols but a demand: the file has packed relocations
  // (DT_RELR), which ld.so reads since 2.36.
  if (name == "GLIBC_ABI_DT_RELR") return Version{2, 36};
  if (!absl::ConsumePrefix(&name, "GLIBC_")) return absl::nullopt;
  return ParseVersion(name);
}

absl::optional<Version> GlibcFloor(const std::vector<VersionNeed>& needs) {
  absl::optional<Version> floor;
  for (const VersionNeed& need : needs) {
    const absl::optional<Version> glibc = GlibcOfVersionName(need.version);
    if (glibc.has_value() && (!floor.has_value() || *glibc > *floor)) {
      floor = glibc;
    }
  }
  return floor;
}

}  // namespace relocatable
