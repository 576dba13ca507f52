#include "engines/intercept/code_file.h"

#include <elf.h>

#include <algorithm>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/types/optional.h"
#include "base/status_macros.h"
#include "elf/bytes.h"
#include "elf/header.h"
#include "elf/segments.h"
#include "engines/intercept/eh_frame.h"

namespace relocatable {
namespace {

constexpr uint64_t kPage = 4096;

struct Section {
  uint32_t name = 0;
  uint32_t type = 0;
  uint64_t address = 0, offset = 0, size = 0;
};

struct SectionTable {
  uint64_t offset = 0, size = 0;  // of the table itself
  std::vector<Section> sections;
  std::string names;
};

// A file without section headers is fine: only linkers need them.
absl::StatusOr<SectionTable> ReadSections(const ByteSource& file) {
  SectionTable table;
  RELOC_ASSIGN_OR_RETURN(const std::string header,
                         file.Read(0, sizeof(Elf64_Ehdr), "the ELF header"));
  FieldReader fields(Bytes(header), offsetof(Elf64_Ehdr, e_shoff), "");
  table.offset = fields.U64();
  FieldReader counts(Bytes(header), offsetof(Elf64_Ehdr, e_shentsize), "");
  const uint16_t entry_size = counts.U16();
  const uint16_t count = counts.U16();
  const uint16_t names = counts.U16();
  if (table.offset == 0 || count == 0 || entry_size != sizeof(Elf64_Shdr)) {
    return SectionTable();
  }
  table.size = count * sizeof(Elf64_Shdr);
  RELOC_ASSIGN_OR_RETURN(
      const std::string bytes,
      file.Read(table.offset, table.size, "the section headers"));
  for (uint64_t at = 0; at < table.size; at += sizeof(Elf64_Shdr)) {
    FieldReader in(Bytes(bytes), at, "the section headers");
    Section s;
    s.name = in.U32();
    s.type = in.U32();
    in.U64();  // flags
    s.address = in.U64();
    s.offset = in.U64();
    s.size = s.type == SHT_NOBITS ? 0 : in.U64();
    table.sections.push_back(s);
  }
  if (names < count && table.sections[names].type == SHT_STRTAB) {
    const Section& s = table.sections[names];
    RELOC_ASSIGN_OR_RETURN(
        table.names, file.Read(s.offset, s.size, "the names of sections"));
  }
  return table;
}

const Section* FindSection(const SectionTable& table, absl::string_view name) {
  for (const Section& s : table.sections) {
    const absl::StatusOr<absl::string_view> text =
        Bytes(table.names).CString(s.name, "a section's name");
    if (text.ok() && *text == name) return &s;
  }
  return nullptr;
}

bool Overlaps(uint64_t a, uint64_t a_size, uint64_t b, uint64_t b_size) {
  return a_size > 0 && b_size > 0 && a < SaturatingAdd(b, b_size) &&
         b < SaturatingAdd(a, a_size);
}

// How many bytes behind segment `s` are free for code of ours.
uint64_t SlackBehind(const ByteSource& file, const Segment& s,
                     const std::vector<Segment>& segments,
                     const SectionTable& table) {
  if (s.memory_size != s.file_size) return 0;
  const uint64_t end = SaturatingAdd(s.offset, s.file_size);
  const uint64_t size = AlignUp(end, kPage) - end;
  const uint64_t address = SaturatingAdd(s.address, s.file_size);
  if (Overlaps(table.offset, table.size, end, size)) return 0;
  for (const Segment& other : segments) {
    if (Overlaps(other.offset, other.file_size, end, size)) return 0;
    if (other.type == PT_LOAD &&
        Overlaps(other.address & ~(kPage - 1),
                 other.memory_size + other.address % kPage, address, size)) {
      return 0;
    }
  }
  for (const Section& section : table.sections) {
    if (Overlaps(section.offset, section.size, end, size)) return 0;
  }
  const absl::StatusOr<std::string> bytes = file.Read(end, size, "the slack");
  if (!bytes.ok() || bytes->find_first_not_of('\0') != std::string::npos) {
    return 0;
  }
  return size;
}

class Reader {
 public:
  explicit Reader(const ByteSource& file) : file_(file) {}

  absl::StatusOr<CodeFile> Read() {
    RELOC_ASSIGN_OR_RETURN(const ElfHeader header, ReadElfHeader(file_));
    if (header.machine != EM_X86_64 || !header.is_64 ||
        (header.type != ET_EXEC && header.type != ET_DYN)) {
      return absl::FailedPreconditionError(
          "is no program or library for x86-64");
    }
    RELOC_ASSIGN_OR_RETURN(segments_, ReadSegments(file_, header));
    RELOC_ASSIGN_OR_RETURN(sections_, ReadSections(file_));
    RELOC_RETURN_IF_ERROR(ReadCode());
    if (!HasBytesOfSyscall()) return std::move(code_);
    RELOC_RETURN_IF_ERROR(AddFrames());
    RELOC_RETURN_IF_ERROR(AddSymbols());
    Add({.begin = header.entry, .function = true});
    std::sort(code_.known.begin(), code_.known.end(),
              [](const KnownCode& a, const KnownCode& b) {
                return a.begin < b.begin;
              });
    return std::move(code_);
  }

 private:
  absl::Status ReadCode() {
    for (const Segment& s : segments_) {
      if (s.type != PT_LOAD || (s.flags & PF_X) == 0 || s.file_size == 0) {
        continue;
      }
      CodeSegment segment;
      segment.address = s.address;
      segment.offset = s.offset;
      RELOC_ASSIGN_OR_RETURN(
          segment.bytes, file_.Read(s.offset, s.file_size, "a code segment"));
      segment.slack = SlackBehind(file_, s, segments_, sections_);
      if (SaturatingAdd(s.address, s.file_size) > INT64_MAX) {
        return absl::InvalidArgumentError("has code at an address beyond use");
      }
      for (const CodeSegment& other : code_.segments) {
        if (Overlaps(other.offset, other.bytes.size(), s.offset, s.file_size) ||
            Overlaps(other.address, other.bytes.size(), s.address,
                     s.file_size)) {
          return absl::InvalidArgumentError("has code segments that overlap");
        }
      }
      code_.segments.push_back(std::move(segment));
    }
    return absl::OkStatus();
  }

  bool HasBytesOfSyscall() const {
    for (const CodeSegment& s : code_.segments) {
      if (s.bytes.find("\x0f\x05") != std::string::npos) return true;
    }
    return false;
  }

  // What lies in no segment is of no use, and no harm.
  void Add(const KnownCode& known) {
    for (const CodeSegment& s : code_.segments) {
      if (s.Contains(known.begin) &&
          (known.end == 0 ||
           (known.end > known.begin && known.end <= s.end()))) {
        code_.known.push_back(known);
      }
    }
  }

  absl::Status AddFrames() {
    uint64_t address = 0;
    if (const Segment* s = FindSegment(segments_, PT_GNU_EH_FRAME)) {
      RELOC_ASSIGN_OR_RETURN(
          const std::string header,
          file_.Read(s->offset, s->file_size, ".eh_frame_hdr"));
      RELOC_ASSIGN_OR_RETURN(address,
                             EhFrameAddress(Bytes(header), s->address));
    } else if (const Section* s = FindSection(sections_, ".eh_frame")) {
      address = s->address;
    } else {
      return absl::OkStatus();
    }
    const absl::optional<FilePlace> place = PlaceOfAddress(segments_, address);
    if (!place.has_value()) return absl::OkStatus();
    uint64_t size = place->available;
    for (const Section& s : sections_.sections) {
      if (s.address == address && s.size > 0) size = std::min(size, s.size);
    }
    RELOC_ASSIGN_OR_RETURN(const std::string bytes,
                           file_.Read(place->offset, size, ".eh_frame"));
    RELOC_ASSIGN_OR_RETURN(const std::vector<Frame> frames,
                           ReadFrames(Bytes(bytes), address));
    for (const Frame& f : frames) {
      Add({.begin = f.begin, .end = f.end, .landing_pads = f.landing_pads});
    }
    return absl::OkStatus();
  }

  absl::Status AddSymbols() {
    for (const Section& s : sections_.sections) {
      if (s.type != SHT_SYMTAB && s.type != SHT_DYNSYM) continue;
      RELOC_ASSIGN_OR_RETURN(const std::string table,
                             file_.Read(s.offset, s.size, "a symbol table"));
      for (uint64_t at = 0; at + sizeof(Elf64_Sym) <= table.size();
           at += sizeof(Elf64_Sym)) {
        AddSymbol(FieldReader(Bytes(table), at, "a symbol table"));
      }
    }
    return absl::OkStatus();
  }

  void AddSymbol(FieldReader in) {
    in.U32();  // name
    const int type = ELF64_ST_TYPE(in.U8());
    in.U8();  // visibility
    const uint16_t section = in.U16();
    const uint64_t value = in.U64();
    const uint64_t size = in.U64();
    if (section == SHN_UNDEF || section == SHN_ABS || type == STT_TLS) return;
    if (type == STT_FUNC || type == STT_GNU_IFUNC) {
      Add({.begin = value,
           .end = size == 0 ? 0 : SaturatingAdd(value, size),
           .function = true});
    } else if (value != 0) {
      code_.labels.push_back(value);
    }
  }

  const ByteSource& file_;
  std::vector<Segment> segments_;
  SectionTable sections_;
  CodeFile code_;
};

}  // namespace

absl::StatusOr<CodeFile> ReadCodeFile(const ByteSource& file) {
  return Reader(file).Read();
}

}  // namespace relocatable
