// elf/notes.h - what linkers note of a file: its build, its kernel, its
// processor.
//
// Layout: the generic ABI's "Note Section"; NT_GNU_*: glibc's elf.h; the
// property notes: the x86-64 psABI, "Program Property".
#ifndef ELF_NOTES_H_
#define ELF_NOTES_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/optional.h"
#include "elf/byte_source.h"
#include "elf/header.h"
#include "elf/segments.h"
#include "elf/version.h"

namespace relocatable {

struct Notes {
  std::string build_id;            // lower-case hexadecimal
  absl::optional<Version> kernel;  // the oldest that glibc's start-up takes
  bool other_system = false;       // the ABI tag names no Linux
  // The x86-64-vN this file says it cannot run without: 0 if it says nothing,
  // 1 the baseline, up to 4. (What a program finds out at run time and uses
  // where it is there is not in it.)
  int x86_level = 0;
  bool go_build_id = false;  // Go's linker was here
};

// Notes of PT_NOTE segments; of two of a kind the first counts.
absl::StatusOr<Notes> ReadNotes(const ByteSource& file, const ElfHeader& header,
                                const std::vector<Segment>& segments);

}  // namespace relocatable

#endif  // ELF_NOTES_H_
