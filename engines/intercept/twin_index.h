// engines/intercept/twin_index.h - which files of a payload have a twin, as
// a flat table that is mapped and not parsed.
//
//   header | rows, sorted by file_size | paths
//
// The twins themselves lie in the pack's directory kTwinDir, each named by the
// SHA-256 of what it holds: not the whole file but the bytes [begin, begin +
// size) of it, patched, which is all of its code.
//
// A mapped file is a row's original if it is the very file (device and inode)
// that the view shows at the row's path, and if that file still holds what the
// twin was made of. The size and the time of the last change, which a pack sets
// to a constant, say so for two fstats; where the time is another (`cp -r` does
// not keep it) all of the code is read and compared with the row's hash.
// `inspect --verify` compares everything.
//
// As untrusted as the rest of a pack: Open() checks the bounds, and a row's
// numbers mean nothing until the twin has been seen to have that size.
//
// Freestanding.
#ifndef ENGINES_INTERCEPT_TWIN_INDEX_H_
#define ENGINES_INTERCEPT_TWIN_INDEX_H_

#include <stddef.h>
#include <stdint.h>

namespace relocatable {

constexpr char kTwinDir[] = "lib/twin";

constexpr char kTwinIndexMagic[8] = {'R', 'E', 'L', 'O', 'C', 'T', 'I', '\n'};
inline constexpr uint32_t kTwinIndexVersion = 3;

struct TwinIndexHeader {
  char magic[8];
  uint32_t version;
  uint32_t abi_version;  // kInterceptVersion that the twins were made for
  uint32_t count;        // of rows
  uint32_t paths_size;
  int64_t file_time;  // st_mtime of every original that nobody has changed
};

struct TwinIndexRow {
  uint64_t file_size;  // of the original
  uint64_t begin;      // where in it the twin's bytes belong: a page's start
  uint64_t size;       // of the twin, in bytes
  uint64_t code_hash;  // HashCode of the original's bytes there
  uint32_t path;       // guest path: an offset in `paths`, ended by a NUL
  // st_mtime of an original that nobody has changed, where the pack keeps the
  // files' own; 0: the header's.
  uint32_t file_time;
  uint8_t sha256[32];  // of the twin: its name
  uint32_t flags;      // kTwin*
  uint32_t reserved;
};
static_assert(sizeof(TwinIndexHeader) == 32 && sizeof(TwinIndexRow) == 80);

// Some calls of the original's are not patched in the twin and would be if its
// code were patched as it is mapped (map_patched.h), which has room outside the
// file: so where there is no floor the twin is not for use.
inline constexpr uint32_t kTwinLeavesCalls = 1;

// No cryptography: who can make files collide can as well change the twin. Four
// chains, so that the processor multiplies several words at once.
inline uint64_t HashCode(const void* code, uint64_t size) {
  constexpr uint64_t kFactor = 0x9e3779b97f4a7c15;
  const char* bytes = static_cast<const char*>(code);
  uint64_t lanes[4] = {size, 1, 2, 3};
  const auto add = [](uint64_t& lane, uint64_t word) {
    lane = (lane ^ word) * kFactor;
    lane ^= lane >> 29;
  };
  uint64_t at = 0;
  for (; at + 32 <= size; at += 32) {
    uint64_t words[4];
    __builtin_memcpy(words, bytes + at, 32);
    for (int i = 0; i < 4; ++i) add(lanes[i], words[i]);
  }
  for (; at < size; ++at) {
    add(lanes[0], static_cast<unsigned char>(bytes[at]));
  }
  for (int i = 1; i < 4; ++i) add(lanes[0], lanes[i]);
  return lanes[0];
}

class TwinIndex {
 public:
  // Takes `size` bytes at `data` (8-aligned; they must stay). False, and an
  // empty index, if they are none that this version can use.
  static bool Open(const void* data, size_t size, TwinIndex& index);

  // The first row of files of this size: rows from here on, as long as they
  // have it, may be the one; count() if none has.
  uint32_t FirstOfSize(uint64_t file_size) const;

  uint32_t count() const { return count_; }
  int64_t TimeOf(const TwinIndexRow& row) const {
    return row.file_time != 0 ? row.file_time : header_->file_time;
  }
  const TwinIndexRow& row(uint32_t i) const { return rows_[i]; }
  const char* path(const TwinIndexRow& row) const {
    return row.path < paths_size_ ? paths_ + row.path : "";
  }

 private:
  const TwinIndexHeader* header_ = nullptr;
  const TwinIndexRow* rows_ = nullptr;
  const char* paths_ = "";
  uint32_t count_ = 0;
  uint32_t paths_size_ = 0;
};

}  // namespace relocatable

#endif  // ENGINES_INTERCEPT_TWIN_INDEX_H_
