#include "elf/elf_builder.h"

#include <cstdlib>
#include <map>

namespace relocatable {
namespace {

constexpr uint64_t kBase = 0x400000;  // of ET_EXEC files
constexpr uint64_t kPage = 0x1000;

std::string Encode(uint64_t value, int size, ByteOrder order) {
  std::string bytes;
  for (int i = 0; i < size; ++i) {
    const int shift = 8 * (order == ByteOrder::kBig ? size - 1 - i : i);
    bytes.push_back(static_cast<char>(value >> shift));
  }
  return bytes;
}

// A string table that hands out offsets.
class Strings {
 public:
  uint64_t Add(const std::string& s) {
    const auto [it, is_new] = offsets_.emplace(s, table_.size());
    if (is_new) table_ += s + '\0';
    return it->second;
  }
  const std::string& table() const { return table_; }

 private:
  std::string table_ = std::string(1, '\0');
  std::map<std::string, uint64_t> offsets_ = {{"", 0}};
};

struct Phdr {
  uint32_t type, flags;
  uint64_t offset, size, alignment;
};

class Writer {
 public:
  explicit Writer(const ElfBuilder& spec) : spec_(spec) {
    built_.is_64 = spec.is_64;
    built_.order = spec.order;
  }

  Built Write();

 private:
  int word() const { return spec_.is_64 ? 8 : 4; }
  uint64_t base() const { return spec_.type == ET_EXEC ? kBase : 0; }
  uint64_t size() const { return built_.bytes.size(); }
  std::string Num(uint64_t value, int size) const {
    return Encode(value, size, spec_.order);
  }
  std::string Word(uint64_t value) const { return Num(value, word()); }

  // Aligns, appends, and says where.
  uint64_t Append(const std::string& bytes, uint64_t alignment);

  std::string Header(int phnum) const;
  std::string ProgramHeader(const Phdr& p) const;
  void AppendNotes();
  void AppendDynamic();
  std::string VersionNeeds();
  std::string VersionDefinitions();
  void Entry(uint64_t tag, uint64_t value) {
    entries_ += Word(tag) + Word(value);
  }

  const ElfBuilder& spec_;
  Built built_;
  Strings strings_;
  std::vector<Phdr> phdrs_;
  std::string entries_;
};

uint64_t Writer::Append(const std::string& bytes, uint64_t alignment) {
  built_.bytes.resize(AlignUp(size(), alignment));
  const uint64_t at = size();
  built_.bytes += bytes;
  return at;
}

std::string Writer::Header(int phnum) const {
  std::string h(ELFMAG, SELFMAG);
  h.push_back(spec_.is_64 ? ELFCLASS64 : ELFCLASS32);
  h.push_back(spec_.order == ByteOrder::kBig ? ELFDATA2MSB : ELFDATA2LSB);
  h.push_back(EV_CURRENT);
  h.push_back(static_cast<char>(spec_.os_abi));
  h.resize(EI_NIDENT);
  h += Num(spec_.type, 2) + Num(spec_.machine, 2) + Num(EV_CURRENT, 4);
  h += Word(spec_.entry) + Word(spec_.is_64 ? 64 : 52) + Word(0);
  h += Num(0, 4) + Num(spec_.is_64 ? 64 : 52, 2);
  h += Num(spec_.is_64 ? 56 : 32, 2) + Num(phnum, 2);
  return h + Num(0, 2) + Num(0, 2) + Num(0, 2);
}

std::string Writer::ProgramHeader(const Phdr& p) const {
  const std::string flags = Num(p.flags, 4);
  const std::string address = Word(base() + p.offset);
  std::string h = Num(p.type, 4);
  if (spec_.is_64) h += flags;
  h += Word(p.offset) + address + address + Word(p.size) + Word(p.size);
  if (!spec_.is_64) h += flags;
  return h + Word(p.alignment);
}

void Writer::AppendNotes() {
  for (const NoteSpec& n : spec_.notes) {
    std::string note = Num(n.name.size() + 1, 4) +
                       Num(n.description.size(), 4) + Num(n.type, 4);
    note += n.name + '\0';
    note.resize(AlignUp(note.size(), n.alignment));
    note += n.description;
    note.resize(AlignUp(note.size(), n.alignment));
    const uint64_t at = Append(note, 8);
    if (built_.notes == 0) built_.notes = at;
    phdrs_.push_back({PT_NOTE, PF_R, at, note.size(), n.alignment});
  }
}

std::string Writer::VersionNeeds() {
  std::string table;
  for (size_t i = 0; i < spec_.version_needs.size(); ++i) {
    const VersionSpec& v = spec_.version_needs[i];
    const bool last = i + 1 == spec_.version_needs.size();
    const uint64_t size = 16 * (1 + v.versions.size());
    table += Num(1, 2) + Num(v.versions.size(), 2) +
             Num(strings_.Add(v.soname), 4) + Num(16, 4) +
             Num(last ? 0 : size, 4);
    for (size_t j = 0; j < v.versions.size(); ++j) {
      const bool last_aux = j + 1 == v.versions.size();
      table += Num(0, 4) + Num(0, 2) + Num(2 + j, 2) +
               Num(strings_.Add(v.versions[j]), 4) + Num(last_aux ? 0 : 16, 4);
    }
  }
  return table;
}

std::string Writer::VersionDefinitions() {
  std::string table;
  for (size_t i = 0; i < spec_.version_definitions.size(); ++i) {
    const bool last = i + 1 == spec_.version_definitions.size();
    table += Num(1, 2) + Num(i == 0 ? VER_FLG_BASE : 0, 2) + Num(i + 1, 2) +
             Num(1, 2) + Num(0, 4) + Num(20, 4) + Num(last ? 0 : 28, 4);
    table += Num(strings_.Add(spec_.version_definitions[i]), 4) + Num(0, 4);
  }
  return table;
}

void Writer::AppendDynamic() {
  for (const std::string& s : spec_.needed) Entry(DT_NEEDED, strings_.Add(s));
  for (const std::string& s : spec_.filters) Entry(DT_FILTER, strings_.Add(s));
  for (const std::string& s : spec_.auxiliary) {
    Entry(DT_AUXILIARY, strings_.Add(s));
  }
  if (!spec_.soname.empty()) Entry(DT_SONAME, strings_.Add(spec_.soname));
  if (spec_.rpath) Entry(DT_RPATH, strings_.Add(*spec_.rpath));
  if (spec_.runpath) Entry(DT_RUNPATH, strings_.Add(*spec_.runpath));
  if (spec_.flags_1 != 0) Entry(DT_FLAGS_1, spec_.flags_1);
  if (!spec_.version_needs.empty()) {
    built_.version_needs = Append(VersionNeeds(), 8);
    Entry(DT_VERNEED, base() + built_.version_needs);
    Entry(DT_VERNEEDNUM, spec_.version_needs.size());
  }
  if (!spec_.version_definitions.empty()) {
    built_.version_definitions = Append(VersionDefinitions(), 8);
    Entry(DT_VERDEF, base() + built_.version_definitions);
    Entry(DT_VERDEFNUM, spec_.version_definitions.size());
  }
  const uint64_t symbol = spec_.is_64 ? sizeof(Elf64_Sym) : sizeof(Elf32_Sym);
  Entry(DT_SYMTAB, base() + Append(std::string(symbol, '\0'), 8));
  Entry(DT_SYMENT, symbol);
  Entry(DT_VERSYM, base() + Append(Num(0, 2), 8));
  // One bucket, one symbol, which is the undefined one.
  Entry(DT_HASH,
        base() + Append(Num(1, 4) + Num(1, 4) + Num(0, 4) + Num(0, 4), 8));
  built_.strings = Append(strings_.table(), 1);
  Entry(DT_STRTAB, base() + built_.strings);
  Entry(DT_STRSZ, strings_.table().size());
  Entry(DT_NULL, 0);
  built_.dynamic = Append(entries_, 8);
  phdrs_.push_back(
      {PT_DYNAMIC, PF_R | PF_W, built_.dynamic, entries_.size(), 8});
}

Built Writer::Write() {
  const int phnum = 3 + (spec_.interpreter.empty() ? 0 : 1) +
                    (spec_.dynamic ? 1 : 0) + spec_.notes.size();
  const uint64_t entry = spec_.is_64 ? 56 : 32;
  built_.bytes = Header(phnum);
  built_.program_headers = size();
  built_.bytes.resize(size() + phnum * entry);
  Append(spec_.data_start, 16);

  // ld.so learns from PT_PHDR where the kernel has put a program.
  phdrs_.push_back({PT_PHDR, PF_R, built_.program_headers, phnum * entry, 8});
  phdrs_.push_back({PT_LOAD, PF_R | PF_W, 0, 0, kPage});
  if (!spec_.interpreter.empty()) {
    const std::string path = spec_.interpreter + '\0';
    built_.interpreter = Append(path, 1);
    phdrs_.push_back({PT_INTERP, PF_R, built_.interpreter, path.size(), 1});
  }
  AppendNotes();
  if (spec_.dynamic) AppendDynamic();
  Append(spec_.tail, 1);
  phdrs_.push_back({PT_GNU_STACK, PF_R | PF_W, 0, 0, 16});
  phdrs_[1].size = size();

  std::string headers;
  for (const Phdr& p : phdrs_) headers += ProgramHeader(p);
  built_.bytes.replace(built_.program_headers, headers.size(), headers);
  return built_;
}

}  // namespace

void Built::Put(uint64_t offset, uint64_t value, int size) {
  if (!CheckBounds(offset, size, bytes.size(), "").ok()) abort();
  bytes.replace(offset, size, Encode(value, size, order));
}

void Built::PutDynamic(uint64_t tag, uint64_t value) {
  const int word = is_64 ? 8 : 4;
  uint64_t at = dynamic;
  while (*Bytes(bytes, order).Number(at, word, "") != tag) at += 2 * word;
  Put(at + word, value, word);
}

uint64_t Built::Header(int i) const {
  return program_headers + i * (is_64 ? 56 : 32);
}
uint64_t Built::HeaderFileSize(int i) const {
  return Header(i) + (is_64 ? 32 : 16);
}
uint64_t Built::HeaderOffset(int i) const {
  return Header(i) + (is_64 ? 8 : 4);
}

Built ElfBuilder::Build() const { return Writer(*this).Write(); }

NoteSpec NeedsX86Level(int level) {
  constexpr uint32_t kX86IsaNeeded = 0xc0008002;
  std::string property = Encode(kX86IsaNeeded, 4, ByteOrder::kLittle) +
                         Encode(4, 4, ByteOrder::kLittle) +
                         Encode((1u << level) - 1, 4, ByteOrder::kLittle) +
                         std::string(4, '\0');
  return {"GNU", 5, property, 8};
}

NoteSpec AbiTag(uint32_t system, uint32_t major, uint32_t minor,
                uint32_t patch) {
  std::string tag;
  for (uint32_t field : {system, major, minor, patch}) {
    tag += Encode(field, 4, ByteOrder::kLittle);
  }
  return {"GNU", NT_GNU_ABI_TAG, tag};
}

NoteSpec BuildId(absl::string_view bytes) {
  return {"GNU", NT_GNU_BUILD_ID, std::string(bytes)};
}

}  // namespace relocatable
