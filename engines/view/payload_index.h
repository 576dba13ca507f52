// engines/view/payload_index.h - every path of a pack's payload, as a table
// that is mapped and not parsed: what is not there, and where links lead, is
// known without asking the kernel.
//
//   header | slots | texts
//
// `slots` is a hash table with open addressing: a path's place is its hash,
// taken modulo the slots' number (a power of two), or the first one behind that
// holds it; an empty slot ends the search. Paths are guest paths without links
// ("/gnu/store/x-glibc/lib"), and only their hashes are kept. So an answer that
// a path IS there may be wrong, one time in 2^44 for a million of files, and is
// never acted upon without the kernel; that it is NOT there, is certain. A
// link's text is in `texts`, behind the link's own path: what is done with a
// text can be wrong, so there the path is compared.
//
// As untrusted as the rest of a pack: Open() checks the bounds, and no answer
// leads outside.
//
// Freestanding.
#ifndef ENGINES_VIEW_PAYLOAD_INDEX_H_
#define ENGINES_VIEW_PAYLOAD_INDEX_H_

#include <stddef.h>
#include <stdint.h>

#include "base/bare/str.h"

namespace relocatable {

constexpr char kPayloadIndexMagic[8] = {'R', 'E', 'L', 'O',
                                        'C', 'P', 'I', '\n'};
inline constexpr uint32_t kPayloadIndexVersion = 1;

struct PayloadIndexHeader {
  char magic[8];
  uint32_t version;
  uint32_t slot_count;       // a power of two, more than there are paths
  uint32_t directory_count;  // directories are numbered from 0
  uint32_t texts_size;
  // st_mtime of every directory of a payload that nobody has changed: adding,
  // removing or replacing a file sets another.
  int64_t directory_time;
};

struct PayloadIndexSlot {
  enum Type : uint32_t { kNothing, kFile, kDirectory, kLink };
  uint64_t hash;
  uint32_t type;
  // kDirectory: its number. kLink: where in `texts` its path and its text are,
  // each ended by a NUL. kFile: flags.
  uint32_t value;

  // A program that its ld.so can start, by the module of the pack
  // (intercept/start_door.h).
  static constexpr uint32_t kStartedByLoader = 1;
};
static_assert(sizeof(PayloadIndexHeader) == 32);
static_assert(sizeof(PayloadIndexSlot) == 16);

// Of a path's bytes, eight at a time.
inline uint64_t PayloadPathHash(bare::Str path) {
  constexpr uint64_t kFactor = 0x9e3779b97f4a7c15;
  uint64_t hash = path.size * kFactor;
  size_t at = 0;
  for (; at + 8 <= path.size; at += 8) {
    uint64_t word;
    __builtin_memcpy(&word, path.data + at, 8);
    hash = (hash ^ word) * kFactor;
    hash ^= hash >> 29;
  }
  uint64_t rest = 0;
  for (size_t i = at; i < path.size; ++i) {
    rest = rest << 8 | static_cast<unsigned char>(path.data[i]);
  }
  hash = (hash ^ rest) * kFactor;
  hash ^= hash >> 32;
  hash *= kFactor;
  return hash ^ hash >> 29;
}

class PayloadIndex {
 public:
  using Slot = PayloadIndexSlot;

  // Takes `size` bytes at `data` (8-aligned; they must stay). False, and an
  // index that knows nothing, if they are none that this version can use.
  static bool Open(const void* data, size_t size, PayloadIndex& index);

  bool empty() const { return slot_count_ == 0; }

  // The slot of a guest path, or nullptr if there is nothing at it.
  const Slot* Find(bare::Str path) const;

  // The text of the link `slot`, found for `path`; "" if the slot is another
  // path's after all.
  bare::Str LinkText(const Slot& slot, bare::Str path) const;

  // Whether all there is makes sense: every slot found where a search looks for
  // it, every text inside. nullptr, or words that follow the file's name.
  const char* Check() const;

  uint32_t directory_count() const {
    return empty() ? 0 : header_->directory_count;
  }
  int64_t directory_time() const { return header_->directory_time; }
  uint32_t slot_count() const { return slot_count_; }
  const Slot& slot(uint32_t i) const { return slots_[i]; }

 private:
  bare::Str Text(uint32_t at) const;

  const PayloadIndexHeader* header_ = nullptr;
  const Slot* slots_ = nullptr;
  const char* texts_ = nullptr;
  uint32_t slot_count_ = 0;
  uint32_t texts_size_ = 0;
};

}  // namespace relocatable

#endif  // ENGINES_VIEW_PAYLOAD_INDEX_H_
