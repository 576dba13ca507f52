#include "engines/intercept/go_functions.h"

#include "engines/intercept/function_range.h"

namespace relocatable {
namespace {

// The table of functions: `count` entries of two words, by address, and the end
// of the last function. Words are distances from `text` and 4 bytes since Go
// 1.18, addresses and 8 bytes before.
struct GoTable {
  const uint8_t* entries = nullptr;
  uint64_t count = 0;
  uint64_t text = 0;
  uint64_t word = 0;

  uint64_t Begin(uint64_t i) const {
    const uint8_t* at = entries + i * 2 * word;
    return word == 4 ? text + LoadFrom<uint32_t>(at) : LoadFrom<uint64_t>(at);
  }
};

bool ReadTable(const MappedElf& file, GoTable& table) {
  constexpr uint32_t kGo116 = 0xfffffffa, kGo118 = 0xfffffff0,
                     kGo120 = 0xfffffff1;
  const Elf64_Shdr* s = file.SectionNamed(".gopclntab");
  if (s == nullptr) s = file.SectionNamed(".data.rel.ro.gopclntab");
  const uint8_t* h = s == nullptr ? nullptr : file.At(s->sh_offset, 72);
  if (h == nullptr || file.At(s->sh_offset, s->sh_size) == nullptr) {
    return false;
  }
  const uint32_t magic = LoadFrom<uint32_t>(h);
  const bool old = magic == kGo116;
  if ((!old && magic != kGo118 && magic != kGo120) || h[7] != 8) return false;
  table.count = LoadFrom<uint64_t>(h + 8);
  table.text = old ? 0 : LoadFrom<uint64_t>(h + 24);
  table.word = old ? 8 : 4;
  const uint64_t start = LoadFrom<uint64_t>(h + (old ? 56 : 64));
  const uint64_t entry = 2 * table.word;
  if (start > s->sh_size || table.count == 0 ||
      table.count >= (s->sh_size - start) / entry) {
    return false;
  }
  table.entries = h + start;
  // A position-independent program's address is filled in when it starts.
  return old || table.text != 0;
}

}  // namespace

bool FindGoFunction(const MappedElf& file, uint64_t address,
                    FunctionRange& range) {
  GoTable table;
  if (!ReadTable(file, table)) return false;
  if (address < table.Begin(0) || address >= table.Begin(table.count)) {
    return false;
  }
  uint64_t low = 0, high = table.count;  // the last that begins at or below
  while (high - low > 1) {
    const uint64_t middle = low + (high - low) / 2;
    (table.Begin(middle) <= address ? low : high) = middle;
  }
  range = {table.Begin(low), table.Begin(low + 1), false};
  return address < range.end;
}

}  // namespace relocatable
