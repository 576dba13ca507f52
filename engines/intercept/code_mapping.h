// engines/intercept/code_mapping.h - mmap(2) of a file's code, as it is or with
// a twin's bytes in its place (twin_index.h, cached_twin.h).
//
// Freestanding.
#ifndef ENGINES_INTERCEPT_CODE_MAPPING_H_
#define ENGINES_INTERCEPT_CODE_MAPPING_H_

#include <stdint.h>

namespace relocatable {

// The arguments of mmap(2).
struct CodeMapping {
  uint64_t address = 0, size = 0;
  long protection = 0, flags = 0, fd = -1;
  uint64_t offset = 0;

  // The same once more, in the place of what was mapped at `at`.
  CodeMapping Again(long at) const;
};

// Where the twin of a file's bytes [begin, begin + size) is. All but the size
// are whole pages.
struct TwinCode {
  uint64_t begin = 0, size = 0;
  long fd = -1;
  uint64_t offset = 0;
};

inline constexpr uint64_t kCodePage = 4096;
inline uint64_t WholePages(uint64_t size) {
  return (size + kCodePage - 1) & ~(kCodePage - 1);
}
inline bool IsMapError(long result) { return result < 0 && result > -4096; }

long MapAsItIs(const CodeMapping& mapping);

// As mmap(2) of a private mapping, with the twin's bytes for what of it is
// asked for. There may be more than code: old linkers put headers and constants
// into the same segment, and ld.so maps a library's whole span with its first.
// After an error nothing is mapped there.
long MapTwinCode(const CodeMapping& mapping, const TwinCode& twin);

}  // namespace relocatable

#endif  // ENGINES_INTERCEPT_CODE_MAPPING_H_
