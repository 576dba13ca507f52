#include "elf/notes.h"

#include <elf.h>

#include <algorithm>

#include "absl/status/status.h"
#include "absl/strings/escaping.h"
#include "absl/strings/string_view.h"
#include "base/status_macros.h"
#include "elf/bytes.h"

namespace relocatable {
namespace {

// elf.h of glibc 2.36 has these; older ones do not.
constexpr uint32_t kPropertyNote = 5;           // NT_GNU_PROPERTY_TYPE_0
constexpr uint32_t kX86IsaNeeded = 0xc0008002;  // GNU_PROPERTY_X86_ISA_1_NEEDED
constexpr uint32_t kGoBuildIdNote = 4;   // cmd/link: ELF_NOTE_GOBUILDID_TAG
constexpr uint64_t kMaxNotes = 1 << 20;  // bytes looked at per segment

struct Note {
  absl::string_view name;  // without its NUL
  uint32_t type = 0;
  Bytes description{absl::string_view()};
};

int LevelOfBits(uint32_t needed) {
  for (int level = 4; level > 0; --level) {
    if (needed & 1u << (level - 1)) return level;
  }
  return 0;
}

absl::Status ReadProperties(Bytes properties, int word, Notes* notes) {
  uint64_t at = 0;
  while (at < properties.size()) {
    FieldReader fields(properties, at, "a property note");
    const uint32_t type = fields.U32();
    const uint32_t size = fields.U32();
    RELOC_RETURN_IF_ERROR(fields.status());
    at = SaturatingAdd(at, 8);
    RELOC_ASSIGN_OR_RETURN(Bytes value,
                           properties.Sub(at, size, "a property note"));
    if (type == kX86IsaNeeded && size == 4) {
      RELOC_ASSIGN_OR_RETURN(uint64_t bits,
                             value.Number(0, 4, "a property note"));
      notes->x86_level = LevelOfBits(static_cast<uint32_t>(bits));
    }
    at = SaturatingAdd(at, AlignUp(size, word));
  }
  return absl::OkStatus();
}

absl::Status ReadAbiTag(Bytes description, Notes* notes) {
  if (notes->kernel.has_value() || notes->other_system) return absl::OkStatus();
  FieldReader fields(description, 0, "the ABI tag");
  const uint32_t system = fields.U32();
  Version version;
  version.major = fields.U32();
  version.minor = fields.U32();
  version.patch = fields.U32();
  RELOC_RETURN_IF_ERROR(fields.status());
  notes->other_system = system != ELF_NOTE_OS_LINUX;
  if (!notes->other_system) notes->kernel = version;
  return absl::OkStatus();
}

absl::Status Interpret(const Note& note, const ElfHeader& header,
                       Notes* notes) {
  if (note.name == "Go" && note.type == kGoBuildIdNote) {
    notes->go_build_id = true;
  }
  if (note.name != "GNU") return absl::OkStatus();
  if (note.type == NT_GNU_BUILD_ID && notes->build_id.empty()) {
    notes->build_id = absl::BytesToHexString(note.description.data());
  }
  if (note.type == NT_GNU_ABI_TAG) return ReadAbiTag(note.description, notes);
  if (note.type == kPropertyNote && header.machine == EM_X86_64) {
    return ReadProperties(note.description, header.word(), notes);
  }
  return absl::OkStatus();
}

// The note at *at, which moves behind it.
absl::StatusOr<Note> NextNote(Bytes bytes, uint64_t alignment, uint64_t* at) {
  FieldReader fields(bytes, *at, "a note");
  const uint32_t name_size = fields.U32();
  const uint32_t description_size = fields.U32();
  Note note;
  note.type = fields.U32();
  RELOC_RETURN_IF_ERROR(fields.status());
  *at = SaturatingAdd(*at, 12);
  RELOC_ASSIGN_OR_RETURN(const Bytes name,
                         bytes.Sub(*at, name_size, "a note's name"));
  note.name = name.data().substr(0, name.data().find('\0'));
  *at = AlignUp(SaturatingAdd(*at, name_size), alignment);
  RELOC_ASSIGN_OR_RETURN(note.description,
                         bytes.Sub(*at, description_size, "a note's text"));
  *at = AlignUp(SaturatingAdd(*at, description_size), alignment);
  return note;
}

}  // namespace

absl::StatusOr<Notes> ReadNotes(const ByteSource& file, const ElfHeader& header,
                                const std::vector<Segment>& segments) {
  Notes notes;
  for (const Segment& segment : segments) {
    if (segment.type != PT_NOTE) continue;
    RELOC_ASSIGN_OR_RETURN(
        const std::string data,
        file.Read(segment.offset, std::min(segment.file_size, kMaxNotes),
                  "the notes"));
    // Property notes of 64-bit files are aligned to 8, all others to 4.
    const uint64_t alignment = segment.alignment == 8 ? 8 : 4;
    const Bytes bytes(data, header.order);
    uint64_t at = 0;
    while (at < bytes.size()) {
      RELOC_ASSIGN_OR_RETURN(const Note note, NextNote(bytes, alignment, &at));
      RELOC_RETURN_IF_ERROR(Interpret(note, header, &notes));
    }
  }
  return notes;
}

}  // namespace relocatable
