// elf/dynamic.h - the dynamic section: what a file asks of ld.so.
//
// Layout and meaning: the generic ABI's "Dynamic Section" chapter; DT_* beyond
// it: the Linux additions in elf(5) and glibc's elf.h.
#ifndef ELF_DYNAMIC_H_
#define ELF_DYNAMIC_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/optional.h"
#include "elf/byte_source.h"
#include "elf/header.h"
#include "elf/segments.h"

namespace relocatable {

// A library that a file names, and how.
struct Dependency {
  enum class Kind {
    kNeeded,     // DT_NEEDED: must be there
    kFilter,     // DT_FILTER: must be there too
    kAuxiliary,  // DT_AUXILIARY: is loaded if it is there
  };
  std::string name;
  Kind kind = Kind::kNeeded;
};

// Where a table lies in the file, with room for it up to its segment's end.
struct DynamicTable {
  FilePlace place;
  uint64_t count = 0;  // of entries, as the file claims
};

struct DynamicSection {
  bool present = false;
  std::vector<Dependency> dependencies;  // in the file's order
  std::string soname;
  // Unset is not the same as empty: a file with an empty DT_RUNPATH has its
  // DT_RPATH ignored all the same.
  absl::optional<std::string> rpath, runpath;
  uint64_t flags = 0;                // DT_FLAGS: DF_ORIGIN...
  uint64_t flags_1 = 0;              // DT_FLAGS_1: DF_1_PIE, DF_1_NODEFLIB...
  DynamicTable version_needs;        // DT_VERNEED
  DynamicTable version_definitions;  // DT_VERDEF
  std::string strings;               // DT_STRTAB, for whoever reads the tables
};

// Empty (`present` false) if there is no PT_DYNAMIC. Of an entry that occurs
// twice the last counts, as in ld.so.
absl::StatusOr<DynamicSection> ReadDynamicSection(
    const ByteSource& file, const ElfHeader& header,
    const std::vector<Segment>& segments);

}  // namespace relocatable

#endif  // ELF_DYNAMIC_H_
