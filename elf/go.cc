#include "elf/go.h"

#include <elf.h>

#include <algorithm>

#include "absl/strings/string_view.h"
#include "base/status_macros.h"
#include "elf/bytes.h"

namespace relocatable {
namespace {

constexpr absl::string_view kMagic = "\xff Go buildinf:";
constexpr uint64_t kAlignment = 16;
constexpr uint64_t kWindow = 64
                             << 10;  // debug/buildinfo: saferead(addr, 64<<10)
constexpr uint64_t kFlags = 15;      // offset of the flags byte
constexpr uint64_t kStrings = 32;    // offset of the strings, if they are here
constexpr int kStringsAreHere = 2;   // flag, since Go 1.18

// The version is a varint length and that many bytes.
std::string InlineVersion(absl::string_view info) {
  const Bytes bytes(info);
  const absl::StatusOr<uint64_t> flags = bytes.Number(kFlags, 1, "flags");
  if (!flags.ok() || (*flags & kStringsAreHere) == 0) return "";
  const absl::StatusOr<uint64_t> size = bytes.Number(kStrings, 1, "length");
  // A version has less than 128 bytes, so that its length is one byte.
  if (!size.ok() || *size >= 0x80) return "";
  const absl::StatusOr<Bytes> text = bytes.Sub(kStrings + 1, *size, "version");
  return text.ok() ? std::string(text->data()) : "";
}

const Segment* FirstWritable(const std::vector<Segment>& segments) {
  for (const Segment& s : segments) {
    if (s.type == PT_LOAD && (s.flags & PF_W) && s.file_size > 0) return &s;
  }
  return nullptr;
}

}  // namespace

absl::StatusOr<GoInfo> ReadGoInfo(const ByteSource& file, const Notes& notes,
                                  const std::vector<Segment>& segments) {
  GoInfo go{.is_go = notes.go_build_id};
  const Segment* segment = FirstWritable(segments);
  if (segment == nullptr) return go;
  RELOC_ASSIGN_OR_RETURN(
      const std::string bytes,
      file.ReadUpTo(segment->offset, std::min(segment->file_size, kWindow),
                    "the data segment"));
  const absl::string_view start(bytes);
  for (size_t at = start.find(kMagic); at != absl::string_view::npos;
       at = start.find(kMagic, at + 1)) {
    if (at % kAlignment != 0) continue;
    go.is_go = true;
    go.version = InlineVersion(start.substr(at));
    break;
  }
  return go;
}

}  // namespace relocatable
