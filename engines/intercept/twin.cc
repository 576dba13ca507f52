#include "engines/intercept/twin.h"

#include <algorithm>
#include <cstring>

#include "absl/strings/escaping.h"
#include "base/sha256.h"
#include "base/status_macros.h"
#include "elf/header.h"
#include "elf/notes.h"
#include "elf/segments.h"
#include "engines/intercept/abi.h"
#include "engines/intercept/code_file.h"
#include "engines/intercept/twin_table.h"

namespace relocatable {
namespace {

constexpr uint64_t kChunk = 1 << 20;

absl::StatusOr<Sha256Digest> DigestOf(const ByteSource& file) {
  Sha256 hash;
  for (uint64_t at = 0; at < file.size(); at += kChunk) {
    RELOC_ASSIGN_OR_RETURN(const std::string bytes,
                           file.ReadUpTo(at, kChunk, "its content"));
    hash.Update(bytes);
  }
  return hash.Finish();
}

// Appends `rows` to the table, whose header has room for where they are.
template <typename Row>
TwinSection Append(const std::vector<Row>& rows, std::string* table) {
  table->resize((table->size() + 7) / 8 * 8);
  const TwinSection section = {table->size(), rows.size() * sizeof(Row)};
  if (!rows.empty()) {
    table->append(reinterpret_cast<const char*>(rows.data()), section.size);
  }
  return section;
}

absl::Status FillIdentity(const ByteSource& file,
                          const std::vector<Edit>& edits, TwinHeader* h) {
  memcpy(h->magic, kTwinMagic, sizeof(h->magic));
  h->version = kTwinVersion;
  h->abi_version = kInterceptVersion;
  h->file_size = file.size();
  RELOC_ASSIGN_OR_RETURN(const ElfHeader header, ReadElfHeader(file));
  h->machine = header.machine;
  RELOC_ASSIGN_OR_RETURN(const std::vector<Segment> segments,
                         ReadSegments(file, header));
  RELOC_ASSIGN_OR_RETURN(const Notes notes, ReadNotes(file, header, segments));
  const std::string build_id = absl::HexStringToBytes(notes.build_id);
  h->build_id_size = std::min<size_t>(build_id.size(), kMaxBuildId);
  memcpy(h->build_id, build_id.data(), h->build_id_size);
  RELOC_ASSIGN_OR_RETURN(const Sha256Digest original, DigestOf(file));
  memcpy(h->original_sha256, original.data(), original.size());
  RELOC_ASSIGN_OR_RETURN(const Sha256Digest twin,
                         DigestOf(TwinSource(file, edits)));
  memcpy(h->twin_sha256, twin.data(), twin.size());
  return absl::OkStatus();
}

uint64_t OffsetOf(const CodeFile& code, uint64_t address) {
  for (const CodeSegment& s : code.segments) {
    if (s.Contains(address)) return s.offset + (address - s.address);
  }
  return 0;
}

absl::StatusOr<std::string> MakeTable(const ByteSource& file,
                                      const CodeFile& code, const Twin& twin) {
  TwinHeader header = {};
  RELOC_RETURN_IF_ERROR(FillIdentity(file, twin.edits, &header));
  std::vector<TwinSite> sites;
  for (const Site& site : twin.sites) {
    sites.push_back({OffsetOf(code, site.address), site.number,
                     static_cast<uint16_t>(site.state), 0});
  }
  std::sort(
      sites.begin(), sites.end(),
      [](const TwinSite& a, const TwinSite& b) { return a.offset < b.offset; });
  std::vector<TwinEdit> edits;
  std::vector<char> bytes;
  for (const Edit& edit : twin.edits) {
    edits.push_back({edit.offset, static_cast<uint32_t>(edit.bytes.size()),
                     static_cast<uint32_t>(bytes.size())});
    bytes.insert(bytes.end(), edit.bytes.begin(), edit.bytes.end());
  }
  std::string table(sizeof(header), '\0');
  header.sites = Append(sites, &table);
  header.edits = Append(edits, &table);
  header.bytes = Append(bytes, &table);
  header.table_size = table.size();
  memcpy(&table[0], &header, sizeof(header));
  return table;
}

}  // namespace

absl::StatusOr<Twin> PlanTwin(const ByteSource& file) {
  RELOC_ASSIGN_OR_RETURN(const CodeFile code, ReadCodeFile(file));
  if (!CouldHaveSites(code)) return Twin();
  Patching patching = PatchCode(code);
  Twin twin;
  twin.sites = std::move(patching.sites);
  twin.edits = std::move(patching.edits);
  if (twin.edits.empty()) return twin;
  RELOC_ASSIGN_OR_RETURN(twin.table, MakeTable(file, code, twin));
  return twin;
}

absl::Status TwinSource::ReadInto(uint64_t offset, std::string* into) const {
  RELOC_ASSIGN_OR_RETURN(*into,
                         original_.Read(offset, into->size(), "its content"));
  const uint64_t end = offset + into->size();
  for (const Edit& edit : edits_) {
    const uint64_t from = std::max(edit.offset, offset);
    const uint64_t to = std::min(edit.offset + edit.bytes.size(), end);
    if (from >= to) continue;
    into->replace(from - offset, to - from, edit.bytes, from - edit.offset,
                  to - from);
  }
  return absl::OkStatus();
}

}  // namespace relocatable
