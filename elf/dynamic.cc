#include "elf/dynamic.h"

#include <elf.h>

#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "base/status_macros.h"
#include "elf/bytes.h"

namespace relocatable {
namespace {

struct Entry {
  uint64_t tag = 0;
  uint64_t value = 0;
};

// The entries before DT_NULL, or before the end of the segment: ld.so would run
// past that, but there is nothing to see there.
absl::StatusOr<std::vector<Entry>> ReadEntries(const ByteSource& file,
                                               const ElfHeader& header,
                                               const Segment& segment) {
  RELOC_ASSIGN_OR_RETURN(
      const std::string table,
      file.Read(segment.offset, segment.file_size, "the dynamic section"));
  const int word = header.word();
  FieldReader fields(Bytes(table, header.order), 0, "the dynamic section");
  std::vector<Entry> entries;
  for (uint64_t left = table.size() / (2 * word); left > 0; --left) {
    Entry entry;
    entry.tag = fields.Next(word);
    entry.value = fields.Next(word);
    if (entry.tag == DT_NULL) break;
    entries.push_back(entry);
  }
  RELOC_RETURN_IF_ERROR(fields.status());
  return entries;
}

absl::optional<uint64_t> Last(const std::vector<Entry>& entries, uint64_t tag) {
  for (auto e = entries.rbegin(); e != entries.rend(); ++e) {
    if (e->tag == tag) return e->value;
  }
  return absl::nullopt;
}

absl::StatusOr<FilePlace> Place(const std::vector<Segment>& segments,
                                uint64_t address, absl::string_view what) {
  const absl::optional<FilePlace> place = PlaceOfAddress(segments, address);
  if (place.has_value()) return *place;
  return absl::InvalidArgumentError(absl::StrFormat(
      "has %s at address %#x, which no segment maps", what, address));
}

absl::StatusOr<std::string> ReadStrings(const ByteSource& file,
                                        const std::vector<Segment>& segments,
                                        const std::vector<Entry>& entries) {
  const absl::optional<uint64_t> address = Last(entries, DT_STRTAB);
  if (!address.has_value()) return std::string();
  RELOC_ASSIGN_OR_RETURN(const FilePlace place,
                         Place(segments, *address, "its string table"));
  return file.Read(place.offset, Last(entries, DT_STRSZ).value_or(0),
                   "the string table");
}

absl::Status ReadTable(const std::vector<Segment>& segments,
                       const std::vector<Entry>& entries, uint64_t tag,
                       uint64_t count_tag, absl::string_view what,
                       DynamicTable* table) {
  const absl::optional<uint64_t> address = Last(entries, tag);
  if (!address.has_value()) return absl::OkStatus();
  RELOC_ASSIGN_OR_RETURN(table->place, Place(segments, *address, what));
  table->count = Last(entries, count_tag).value_or(0);
  return absl::OkStatus();
}

absl::Status ReadDependencies(const std::vector<Entry>& entries, Bytes strings,
                              std::vector<Dependency>* dependencies) {
  for (const Entry& entry : entries) {
    Dependency::Kind kind;
    switch (entry.tag) {
      case DT_NEEDED:
        kind = Dependency::Kind::kNeeded;
        break;
      case DT_FILTER:
        kind = Dependency::Kind::kFilter;
        break;
      case DT_AUXILIARY:
        kind = Dependency::Kind::kAuxiliary;
        break;
      default:
        continue;
    }
    RELOC_ASSIGN_OR_RETURN(
        const absl::string_view name,
        strings.CString(entry.value, "a needed library's name"));
    dependencies->push_back({std::string(name), kind});
  }
  return absl::OkStatus();
}

// The string of `tag`; *value stays as it was if there is none.
template <typename T>
absl::Status ReadString(const std::vector<Entry>& entries, uint64_t tag,
                        Bytes strings, absl::string_view what, T* value) {
  const absl::optional<uint64_t> offset = Last(entries, tag);
  if (!offset.has_value()) return absl::OkStatus();
  RELOC_ASSIGN_OR_RETURN(const absl::string_view text,
                         strings.CString(*offset, what));
  *value = std::string(text);
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<DynamicSection> ReadDynamicSection(
    const ByteSource& file, const ElfHeader& header,
    const std::vector<Segment>& segments) {
  DynamicSection dynamic;
  const Segment* segment = FindSegment(segments, PT_DYNAMIC);
  if (segment == nullptr) return dynamic;
  dynamic.present = true;
  RELOC_ASSIGN_OR_RETURN(const std::vector<Entry> entries,
                         ReadEntries(file, header, *segment));
  RELOC_ASSIGN_OR_RETURN(dynamic.strings, ReadStrings(file, segments, entries));
  const Bytes strings(dynamic.strings);
  RELOC_RETURN_IF_ERROR(
      ReadDependencies(entries, strings, &dynamic.dependencies));
  RELOC_RETURN_IF_ERROR(
      ReadString(entries, DT_SONAME, strings, "the soname", &dynamic.soname));
  RELOC_RETURN_IF_ERROR(
      ReadString(entries, DT_RPATH, strings, "the RPATH", &dynamic.rpath));
  RELOC_RETURN_IF_ERROR(ReadString(entries, DT_RUNPATH, strings, "the RUNPATH",
                                   &dynamic.runpath));
  dynamic.flags = Last(entries, DT_FLAGS).value_or(0);
  dynamic.flags_1 = Last(entries, DT_FLAGS_1).value_or(0);
  RELOC_RETURN_IF_ERROR(ReadTable(segments, entries, DT_VERNEED, DT_VERNEEDNUM,
                                  "its version needs", &dynamic.version_needs));
  RELOC_RETURN_IF_ERROR(ReadTable(segments, entries, DT_VERDEF, DT_VERDEFNUM,
                                  "its version definitions",
                                  &dynamic.version_definitions));
  return dynamic;
}

}  // namespace relocatable
