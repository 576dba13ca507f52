// engines/intercept/twin_table.h - what was done to make a twin: a flat file,
// mapped and not parsed.
//
//   header | sites | edits | bytes
//
// It says which file the twin belongs to, which system call sites that file has
// and what became of each, and the edits that turn the original into the twin:
// an interceptor without the twin at hand applies them to its private mapping
// of the original. Integers are little-endian; offsets of sites and edits are
// into the original file, which has the twin's size.
//
// As untrusted as the rest of a pack: TwinTable::Open checks everything once,
// the accessors need not.
//
// Freestanding: the in-process engine reads it inside a program.
#ifndef ENGINES_INTERCEPT_TWIN_TABLE_H_
#define ENGINES_INTERCEPT_TWIN_TABLE_H_

#include <stddef.h>
#include <stdint.h>

namespace relocatable {

inline constexpr char kTwinMagic[8] = {'R', 'E', 'L', 'O', 'C', 'T', 'W', '\n'};
inline constexpr uint32_t kTwinVersion = 1;
inline constexpr uint32_t kMaxBuildId = 64;

struct TwinSection {
  uint64_t offset;  // from the start of the table, a multiple of 8
  uint64_t size;    // in bytes
};

struct TwinHeader {
  char magic[8];
  uint32_t version;
  uint32_t machine;      // e_machine: EM_X86_64
  uint32_t abi_version;  // kInterceptVersion that the code was made for
  uint32_t build_id_size;
  uint64_t table_size;  // of all of this: a truncated copy is noticed
  uint64_t file_size;   // of the original, and of the twin
  uint8_t original_sha256[32];
  uint8_t twin_sha256[32];
  uint8_t build_id[kMaxBuildId];  // of the original, as NT_GNU_BUILD_ID has it
  TwinSection sites, edits, bytes;
};
static_assert(sizeof(TwinHeader) == 216);

struct TwinSite {
  uint64_t offset;  // of the system call instruction
  int32_t number;   // which it makes; -1: not known
  uint16_t state;   // SiteState (sites.h), perhaps one of a later version
  uint16_t reserved;
};

struct TwinEdit {
  uint64_t offset;
  uint32_t size;
  uint32_t bytes;  // where the new ones are, in the section `bytes`
};

class TwinTable {
 public:
  // Checks `size` bytes at `data` (8-aligned; they must stay). Returns nullptr
  // and fills `table`, or says what is wrong, in words that follow the file's
  // name. Both lists are then sorted, edits do not overlap, and all lies within
  // the file.
  static const char* Open(const void* data, size_t size, TwinTable& table);

  const TwinHeader& header() const { return *header_; }
  uint32_t site_count() const { return site_count_; }
  const TwinSite& site(uint32_t i) const { return sites_[i]; }
  uint32_t edit_count() const { return edit_count_; }
  const TwinEdit& edit(uint32_t i) const { return edits_[i]; }
  const uint8_t* bytes(const TwinEdit& edit) const {
    return bytes_ + edit.bytes;
  }

 private:
  const TwinHeader* header_ = nullptr;
  const TwinSite* sites_ = nullptr;
  const TwinEdit* edits_ = nullptr;
  const uint8_t* bytes_ = nullptr;
  uint32_t site_count_ = 0;
  uint32_t edit_count_ = 0;
};

}  // namespace relocatable

#endif  // ENGINES_INTERCEPT_TWIN_TABLE_H_
