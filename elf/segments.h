// elf/segments.h - program headers: what the kernel and ld.so map and look at.
#ifndef ELF_SEGMENTS_H_
#define ELF_SEGMENTS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/optional.h"
#include "elf/byte_source.h"
#include "elf/header.h"

namespace relocatable {

struct Segment {
  uint32_t type = 0;   // PT_*
  uint32_t flags = 0;  // PF_R | PF_W | PF_X
  uint64_t offset = 0, address = 0;
  uint64_t file_size = 0, memory_size = 0;
  uint64_t alignment = 0;
};

// The program headers in their order; none is fine. kInvalidArgument if an
// entry has not the size of its class: the kernel (load_elf_phdrs) and ld.so
// refuse such files too.
absl::StatusOr<std::vector<Segment>> ReadSegments(const ByteSource& file,
                                                  const ElfHeader& header);

// The first segment of a type, or nullptr.
const Segment* FindSegment(const std::vector<Segment>& segments, uint32_t type);

// A place in the file, and how many bytes of its segment follow it there.
struct FilePlace {
  uint64_t offset = 0;
  uint64_t available = 0;
};

// Where the byte that is mapped at `address` (PT_LOAD) lies in the file, or
// nothing if no segment has it there.
absl::optional<FilePlace> PlaceOfAddress(const std::vector<Segment>& segments,
                                         uint64_t address);

// PT_INTERP's path; empty if there is none. As the kernel has it
// (load_elf_binary): 2 to PATH_MAX bytes, the last a NUL, else
// kInvalidArgument. What follows an earlier NUL does not count.
absl::StatusOr<std::string> ReadInterpreter(
    const ByteSource& file, const std::vector<Segment>& segments);

}  // namespace relocatable

#endif  // ELF_SEGMENTS_H_
