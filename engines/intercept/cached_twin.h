// engines/intercept/cached_twin.h - a twin that was made when a file's code was
// first mapped, as it is kept in a file:
//
//   header, one page | the code, patched | its trampolines
//
// The code is that of one segment, in whole pages. The trampolines are mapped
// at the distance from it that the jumps to them have. A segment of which
// nothing can be patched has a header alone: it need not be looked at again.
//
// It is used for the very file it was made of and no other: the same inode, in
// the state it had. The kernel sets the time of the last change of state
// (ctime), which nobody else can; the first bytes, which hold a file's build
// id, are compared as well.
//
// As untrusted as any file: IsTwinOf() checks the bounds. But what is mapped is
// run: whoever may write the file may as well change the programs
// (twin_cache.h).
//
// Freestanding.
#ifndef ENGINES_INTERCEPT_CACHED_TWIN_H_
#define ENGINES_INTERCEPT_CACHED_TWIN_H_

#include <stdint.h>

namespace relocatable {

constexpr char kCachedTwinMagic[8] = {'R', 'E', 'L', 'O', 'C', 'C', 'T', '\n'};

// To be raised whenever other sites are found than before, or patched in
// another way.
inline constexpr uint32_t kCachedTwinVersion = 1;

// What a twin was made of: a file in a state, and a place in it.
struct CodeOrigin {
  uint64_t device, inode, size;
  uint64_t modified, modified_ns, changed, changed_ns;
  uint64_t head;   // HashCode of the file's first bytes
  uint64_t begin;  // where in the file the code's first page is
};

struct CachedTwinHeader {
  char magic[8];
  uint32_t version;
  uint32_t abi_version;  // kInterceptVersion
  CodeOrigin origin;
  uint64_t size;           // of the code; 0 if nothing is patched
  int64_t trampolines_at;  // from the code's first byte
  uint64_t trampolines_size;
  uint64_t check;  // HashCode of all before it
};
static_assert(sizeof(CodeOrigin) == 72 && sizeof(CachedTwinHeader) == 120);

// Where in the file the code is.
inline constexpr uint64_t kCachedTwinCode = 4096;

uint64_t CheckOf(const CachedTwinHeader& header);

// How large the file is; only of a header that IsTwinOf().
uint64_t FileSizeOf(const CachedTwinHeader& header);

// Whether a file of `file_size` bytes that begins with `header` is a twin of
// `origin` that this version can use.
bool IsTwinOf(const CodeOrigin& origin, const CachedTwinHeader& header,
              uint64_t file_size);

// What the code at `begin` of the file open at `fd` is. False if that is no
// regular file.
bool ReadOrigin(long fd, uint64_t begin, CodeOrigin& origin);

bool operator==(const CodeOrigin& a, const CodeOrigin& b);

}  // namespace relocatable

#endif  // ENGINES_INTERCEPT_CACHED_TWIN_H_
