// engines/intercept/code_file.h - the code of an ELF file, and what the file
// itself says about where in it instructions start.
#ifndef ENGINES_INTERCEPT_CODE_FILE_H_
#define ENGINES_INTERCEPT_CODE_FILE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "elf/byte_source.h"

namespace relocatable {

// One executable PT_LOAD segment.
struct CodeSegment {
  uint64_t address = 0;
  uint64_t offset = 0;  // in the file
  std::string bytes;
  // Bytes behind `bytes` which are zero, belong to nothing, and are mapped with
  // the segment because a mapping ends with a page.
  uint64_t slack = 0;

  uint64_t end() const { return address + bytes.size(); }
  bool Contains(uint64_t at) const { return at >= address && at < end(); }
};

// Addresses at which certainly an instruction starts.
struct KnownCode {
  uint64_t begin = 0;
  uint64_t end = 0;           // 0: not known
  bool landing_pads = false;  // an exception can continue somewhere in it
  bool function = false;      // a symbol is here: not a part split off another
};

struct CodeFile {
  std::vector<CodeSegment> segments;
  std::vector<KnownCode> known;  // by `begin`, from unwind tables, symbols and
                                 // the entry point; within a segment
  std::vector<uint64_t> labels;  // addresses of symbols of any other type
};

// Reads `file`, which must be an ELF file for x86-64; kFailedPrecondition says
// that it is another. kResourceExhausted for code of more than kMaxPart bytes.
// Other errors: the file does not hold together. Where no two bytes of the code
// could be a `syscall`, only the segments are read.
absl::StatusOr<CodeFile> ReadCodeFile(const ByteSource& file);

}  // namespace relocatable

#endif  // ENGINES_INTERCEPT_CODE_FILE_H_
