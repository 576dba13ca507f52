// pack/launch_table.h - the file `launch` of a pack: everything a start needs,
// mapped and not parsed.
//
//   header | mounts | names | strings | index | checks | twins
//
// All integers are little-endian. A string is an offset into the section
// `strings`, which ends with a NUL. Names are sorted by byte order, so that a
// start finds its own by bisection. `index`, `checks` and `twins` belong to the
// in-process engine and may be empty. manifest.json says the same for people.
//
// The file is as untrusted as the rest of a pack, and a start must not pay for
// names it does not use: Open() looks at the header, the sections' bounds and
// the mounts, CheckName() at one name, Check() at everything. Accessors never
// leave the file, checked or not: an offset outside reads as "".
//
// Freestanding: read before libc is initialised.
#ifndef PACK_LAUNCH_TABLE_H_
#define PACK_LAUNCH_TABLE_H_

#include <stddef.h>
#include <stdint.h>

#include "base/bare/str.h"

namespace relocatable {

constexpr char kLaunchMagic[8] = {'R', 'E', 'L', 'O', 'C', 'L', 'T', '\n'};
inline constexpr uint32_t kLaunchVersion = 1;
inline constexpr uint32_t kNoName = 0xffffffff;
inline constexpr uint32_t kMaxLaunchMounts = 64;

struct LaunchSection {
  uint64_t offset;  // from the start of the file, a multiple of 8
  uint64_t size;    // in bytes
};

struct LaunchHeader {
  char magic[8];
  uint32_t version;
  uint32_t machine;      // e_machine of the packed programs: EM_X86_64
  uint64_t file_size;    // of the whole table: a truncated copy is noticed
  uint32_t entry_point;  // index of the name `run PACK` starts, or kNoName
  uint32_t reserved;     // 0
  LaunchSection mounts, names, strings, index, checks, twins;
};
static_assert(sizeof(LaunchHeader) == 128);

// One mount of the pack's view.
struct LaunchMount {
  uint32_t guest;  // string: absolute, normal; "/" of a layer, and only there
  uint32_t host;   // string: relative to the pack, "root/gnu/store"
  uint32_t flags;  // kMount* of engines/view/view.h
  uint32_t reserved;
};

// One name a user can call: a link below the pack to this binary.
struct LaunchName {
  uint32_t name;    // string: path below the pack, "bin/hello"
  uint32_t target;  // string: guest path of the program
  uint32_t flags;   // 0
  uint32_t reserved;
};

class LaunchTable {
 public:
  // Takes `size` bytes at `data` (8-aligned; they must stay). Returns nullptr
  // and fills `table`, or says what is wrong, in words that follow the file's
  // name: "is no launch table of a pack". Costs the same however many names
  // there are.
  static const char* Open(const void* data, size_t size, LaunchTable& table);

  // The same kind of answer for name `i`, to be asked before it is used, and
  // for all there is.
  const char* CheckName(uint32_t i) const;
  const char* Check() const;

  const LaunchHeader& header() const { return *header_; }
  uint32_t mount_count() const { return mount_count_; }
  const LaunchMount& mount(uint32_t i) const { return mounts_[i]; }
  uint32_t name_count() const { return name_count_; }
  const LaunchName& name(uint32_t i) const { return names_[i]; }
  const char* string(uint32_t offset) const {
    return offset < strings_size_ ? strings_ + offset : "";
  }
  // A section's bytes: section(table.header().index).
  bare::Str section(const LaunchSection& s) const {
    return {reinterpret_cast<const char*>(header_) + s.offset, s.size};
  }

  // The index of the name that is exactly `path` ("bin/hello"), or kNoName.
  uint32_t FindPath(bare::Str path) const;
  // The first name whose last component is `word` ("hello"), or kNoName.
  uint32_t FindWord(bare::Str word) const;

 private:
  const LaunchHeader* header_ = nullptr;
  const LaunchMount* mounts_ = nullptr;
  const LaunchName* names_ = nullptr;
  const char* strings_ = "";
  uint32_t strings_size_ = 0;
  uint32_t mount_count_ = 0;
  uint32_t name_count_ = 0;
};

}  // namespace relocatable

#endif  // PACK_LAUNCH_TABLE_H_
