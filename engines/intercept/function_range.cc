#include "engines/intercept/function_range.h"

#include "engines/intercept/go_functions.h"

namespace relocatable {
namespace {

// What a common information entry says of its functions' entries.
struct Cie {
  bool usable = false;  // addresses are 32-bit distances, no signal frame
  bool has_landing_pads = false;  // the entries point to them
};

uint64_t TakeUleb(const uint8_t*& at, const uint8_t* end) {
  uint64_t value = 0;
  for (int shift = 0; at < end && shift < 63; shift += 7) {
    const uint8_t byte = *at++;
    value |= uint64_t{byte & 0x7fu} << shift;
    if ((byte & 0x80) == 0) break;
  }
  return value;
}

Cie ReadCie(const MappedElf& file, const uint8_t* at) {
  constexpr uint8_t kPcrelSdata4 = 0x1b;  // LSB core, 10.5.1
  Cie cie;
  const uint8_t* const file_end = file.bytes + file.size;
  if (at < file.bytes || file_end - at < 16) return cie;
  const uint32_t length = LoadFrom<uint32_t>(at);
  if (length > static_cast<uint64_t>(file_end - at - 4)) return cie;
  const uint8_t* const end = at + 4 + length;
  const uint8_t* letters = at + 9;
  const uint8_t* p = letters;
  while (p < end && *p != 0) ++p;
  if (p >= end || *letters != 'z') return cie;
  ++p;
  TakeUleb(p, end);  // code alignment
  TakeUleb(p, end);  // data alignment, as long signed
  TakeUleb(p, end);  // return address register
  TakeUleb(p, end);  // size of what follows
  for (++letters; *letters != 0 && p < end; ++letters) {
    switch (*letters) {
      case 'R':
        cie.usable = *p++ == kPcrelSdata4;
        break;
      case 'L':
        cie.has_landing_pads = true;
        ++p;
        break;
      case 'P': {
        const uint8_t size = *p++ & 7;
        p += size == 3 ? 4 : 8;
        break;
      }
      default:  // 'S': its start may be a lie (README.md)
        return {};
    }
  }
  return cie;
}

// Reads the frame at `at`; its address is `address`.
bool ReadFrame(const MappedElf& file, const uint8_t* at, uint64_t address,
               FunctionRange& range) {
  const uint32_t length = LoadFrom<uint32_t>(at);
  if (length < 16 || length == 0xffffffff) return false;
  const Cie cie = ReadCie(file, at + 4 - LoadFrom<uint32_t>(at + 4));
  if (!cie.usable) return false;
  range.begin =
      address + 8 + static_cast<uint64_t>(int64_t{LoadFrom<int32_t>(at + 8)});
  range.end = range.begin + LoadFrom<uint32_t>(at + 12);
  range.landing_pads = cie.has_landing_pads;
  return true;
}

bool FindByFrames(const MappedElf& file, uint64_t address,
                  FunctionRange& range) {
  const Elf64_Phdr* segment = file.SegmentOfType(PT_GNU_EH_FRAME);
  if (segment == nullptr) return false;
  const uint8_t* head = file.At(segment->p_offset, 12);
  // Version 1, the table's encodings as every linker makes them: udata4 count,
  // sdata4 distances from the header.
  if (head == nullptr || head[0] != 1 || head[2] != 3 || head[3] != 0x3b) {
    return false;
  }
  const uint64_t count = LoadFrom<uint32_t>(head + 8);
  const uint8_t* table = file.At(segment->p_offset + 12, count * 8);
  if (table == nullptr || count == 0) return false;
  const auto at = [&](uint64_t i, int field) {
    return segment->p_vaddr + static_cast<uint64_t>(int64_t{LoadFrom<int32_t>(
                                  table + 8 * i + 4 * field)});
  };
  uint64_t low = 0, high = count;  // the last that begins at or below
  while (high - low > 1) {
    const uint64_t middle = low + (high - low) / 2;
    (at(middle, 0) <= address ? low : high) = middle;
  }
  const uint8_t* frame = file.AtAddress(at(low, 1), 20);
  return frame != nullptr && ReadFrame(file, frame, at(low, 1), range) &&
         address >= range.begin && address < range.end;
}

// Hand-written functions often have no size: they end where the next symbol is.
struct NearestSymbols {
  uint64_t below = 0;             // of a function; 0: none
  uint64_t above = ~uint64_t{0};  // of anything
};

// Looks for a function of the table that says it covers `address`, and notes
// what else lies near.
bool FindInTable(const Elf64_Sym* symbols, uint64_t count, uint64_t address,
                 FunctionRange& range, NearestSymbols& nearest) {
  for (uint64_t n = 0; n < count; ++n) {
    const Elf64_Sym& s = symbols[n];
    const int type = ELF64_ST_TYPE(s.st_info);
    if (s.st_shndx == SHN_UNDEF || s.st_shndx >= SHN_LORESERVE ||
        (type != STT_FUNC && type != STT_NOTYPE)) {
      continue;
    }
    if (type == STT_FUNC && address - s.st_value < s.st_size) {
      range = {s.st_value, s.st_value + s.st_size, false};
      return true;
    }
    if (s.st_value > address && s.st_value < nearest.above) {
      nearest.above = s.st_value;
    }
    if (type == STT_FUNC && s.st_size == 0 && s.st_value <= address &&
        s.st_value > nearest.below) {
      nearest.below = s.st_value;
    }
  }
  return false;
}

bool FindBySymbols(const MappedElf& file, uint64_t address,
                   FunctionRange& range) {
  NearestSymbols nearest;
  for (int i = 0; const Elf64_Shdr* section = file.Section(i); ++i) {
    if (section->sh_type != SHT_SYMTAB && section->sh_type != SHT_DYNSYM) {
      continue;
    }
    const auto* symbols = reinterpret_cast<const Elf64_Sym*>(
        file.At(section->sh_offset, section->sh_size));
    if (symbols != nullptr &&
        FindInTable(symbols, section->sh_size / sizeof(Elf64_Sym), address,
                    range, nearest)) {
      return true;
    }
  }
  if (nearest.below == 0 || nearest.above == ~uint64_t{0}) return false;
  range = {nearest.below, nearest.above, false};
  return true;
}

}  // namespace

bool FindFunction(const MappedElf& file, uint64_t address,
                  FunctionRange& range) {
  return FindByFrames(file, address, range) ||
         FindGoFunction(file, address, range) ||
         FindBySymbols(file, address, range);
}

}  // namespace relocatable
