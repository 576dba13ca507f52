#include "elf/segments.h"

#include <elf.h>
#include <limits.h>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "elf/bytes.h"

namespace relocatable {
namespace {

Segment ReadSegment(FieldReader& fields, bool is_64) {
  const int word = is_64 ? 8 : 4;
  Segment s;
  s.type = fields.U32();
  if (is_64) s.flags = fields.U32();
  s.offset = fields.Next(word);
  s.address = fields.Next(word);
  fields.Next(word);  // p_paddr
  s.file_size = fields.Next(word);
  s.memory_size = fields.Next(word);
  if (!is_64) s.flags = fields.U32();
  s.alignment = fields.Next(word);
  return s;
}

}  // namespace

absl::StatusOr<std::vector<Segment>> ReadSegments(const ByteSource& file,
                                                  const ElfHeader& header) {
  std::vector<Segment> segments;
  if (header.phnum == 0) return segments;
  const size_t entry = header.is_64 ? sizeof(Elf64_Phdr) : sizeof(Elf32_Phdr);
  if (header.phentsize != entry) {
    return absl::InvalidArgumentError(
        absl::StrCat("has program headers of ", header.phentsize,
                     " bytes (should be ", entry, ")"));
  }
  RELOC_ASSIGN_OR_RETURN(
      const std::string table,
      file.Read(header.phoff, SaturatingMultiply(header.phnum, entry),
                "the program headers"));
  FieldReader fields(Bytes(table, header.order), 0, "the program headers");
  segments.reserve(header.phnum);
  for (int i = 0; i < header.phnum; ++i) {
    segments.push_back(ReadSegment(fields, header.is_64));
  }
  RELOC_RETURN_IF_ERROR(fields.status());
  return segments;
}

const Segment* FindSegment(const std::vector<Segment>& segments,
                           uint32_t type) {
  for (const Segment& s : segments) {
    if (s.type == type) return &s;
  }
  return nullptr;
}

absl::optional<FilePlace> PlaceOfAddress(const std::vector<Segment>& segments,
                                         uint64_t address) {
  for (const Segment& s : segments) {
    if (s.type != PT_LOAD || address < s.address) continue;
    const uint64_t within = address - s.address;
    if (within >= s.file_size) continue;
    return FilePlace{SaturatingAdd(s.offset, within), s.file_size - within};
  }
  return absl::nullopt;
}

absl::StatusOr<std::string> ReadInterpreter(
    const ByteSource& file, const std::vector<Segment>& segments) {
  const Segment* interp = FindSegment(segments, PT_INTERP);
  if (interp == nullptr) return std::string();
  if (interp->file_size < 2 || interp->file_size > PATH_MAX) {
    return absl::InvalidArgumentError(
        absl::StrCat("has an interpreter path of ", interp->file_size,
                     " bytes (the kernel takes 2 to ", PATH_MAX, ")"));
  }
  RELOC_ASSIGN_OR_RETURN(
      std::string path,
      file.Read(interp->offset, interp->file_size, "the interpreter's path"));
  if (path.back() != '\0') {
    return absl::InvalidArgumentError(
        "has an interpreter path without a NUL at its end");
  }
  path.resize(path.find('\0'));
  return path;
}

}  // namespace relocatable
