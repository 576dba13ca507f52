#include "pack/launch_table.h"

#include "engines/view/view.h"

namespace relocatable {
namespace {

constexpr uint32_t kMaxCount = 1 << 20;
constexpr uint64_t kMaxStrings = 0x7fffffff;
constexpr size_t kMaxPath = 4095;  // PATH_MAX without the NUL

// Whether `section` lies in a file of `size` bytes, behind the header.
bool IsInside(const LaunchSection& section, uint64_t size) {
  return section.offset >= sizeof(LaunchHeader) && section.offset <= size &&
         section.size <= size - section.offset && section.offset % 8 == 0;
}

// Sets the rows of a section that lies inside; false if it holds part of one.
template <typename Row>
bool TakeRows(const char* data, const LaunchSection& section, const Row*& rows,
              uint32_t& count) {
  if (section.size % sizeof(Row) != 0 ||
      section.size / sizeof(Row) > kMaxCount) {
    return false;
  }
  rows = reinterpret_cast<const Row*>(data + section.offset);
  count = static_cast<uint32_t>(section.size / sizeof(Row));
  return true;
}

// "a/b": no empty, "." or ".." component.
bool IsNormalRelativePath(bare::Str path) {
  if (path.empty() || path.size > kMaxPath) return false;
  while (true) {
    const size_t slash = bare::Find(path, '/');
    const bare::Str part = slash == bare::kNotFound ? path : path.First(slash);
    if (part.empty() || part == "." || part == "..") return false;
    if (slash == bare::kNotFound) return true;
    path = path.From(slash + 1);
  }
}

bool IsNormalGuestPath(bare::Str path) {
  return bare::StartsWith(path, "/") && IsNormalRelativePath(path.From(1));
}

bool IsMountPoint(bare::Str guest, uint32_t flags) {
  return (flags & kMountLayer) != 0 ? guest == "/" : IsNormalGuestPath(guest);
}

// -1, 0, 1 by byte order.
int Compare(bare::Str a, bare::Str b) {
  for (size_t i = 0; i < a.size && i < b.size; ++i) {
    const unsigned char x = a[i], y = b[i];
    if (x != y) return x < y ? -1 : 1;
  }
  return a.size == b.size ? 0 : a.size < b.size ? -1 : 1;
}

}  // namespace

const char* LaunchTable::Open(const void* data, size_t size,
                              LaunchTable& table) {
  const char* bytes = static_cast<const char*>(data);
  if (size < sizeof(LaunchHeader) ||
      !(bare::Str(bytes, 8) == bare::Str(kLaunchMagic, 8))) {
    return "is no launch table of a pack";
  }
  const LaunchHeader* header = reinterpret_cast<const LaunchHeader*>(bytes);
  if (header->version != kLaunchVersion) {
    return "has a version that this program does not read; use the "
           "relocatable in the same pack";
  }
  if (header->file_size != size) {
    return "is damaged: its size is not what it says";
  }
  const LaunchSection* const sections[] = {&header->mounts,  &header->names,
                                           &header->strings, &header->index,
                                           &header->checks,  &header->twins};
  for (const LaunchSection* s : sections) {
    if (!IsInside(*s, size)) {
      return "is damaged: a section lies outside the file";
    }
  }

  LaunchTable t;
  t.header_ = header;
  if (!TakeRows(bytes, header->mounts, t.mounts_, t.mount_count_) ||
      !TakeRows(bytes, header->names, t.names_, t.name_count_)) {
    return "is damaged: a section holds part of a row";
  }
  t.strings_ = bytes + header->strings.offset;
  if (header->strings.size == 0 || header->strings.size > kMaxStrings ||
      t.strings_[header->strings.size - 1] != '\0') {
    return "is damaged: its strings do not end";
  }
  t.strings_size_ = static_cast<uint32_t>(header->strings.size);

  if (t.mount_count_ > kMaxLaunchMounts) return "is damaged: too many mounts";
  for (uint32_t i = 0; i < t.mount_count_; ++i) {
    if (!IsMountPoint(t.string(t.mounts_[i].guest), t.mounts_[i].flags) ||
        !IsNormalRelativePath(t.string(t.mounts_[i].host))) {
      return "is damaged: a mount is not a pair of paths";
    }
  }
  if (header->entry_point != kNoName && header->entry_point >= t.name_count_) {
    return "is damaged: its entry point is no name";
  }
  table = t;
  return nullptr;
}

const char* LaunchTable::CheckName(uint32_t i) const {
  if (i >= name_count_ || !IsNormalRelativePath(string(names_[i].name)) ||
      !IsNormalGuestPath(string(names_[i].target))) {
    return "is damaged: a name is not a pair of paths";
  }
  return nullptr;
}

const char* LaunchTable::Check() const {
  for (uint32_t i = 0; i < name_count_; ++i) {
    if (const char* problem = CheckName(i)) return problem;
    if (i > 0 &&
        Compare(string(names_[i - 1].name), string(names_[i].name)) >= 0) {
      return "is damaged: its names are not sorted";
    }
  }
  return nullptr;
}

uint32_t LaunchTable::FindPath(bare::Str path) const {
  uint32_t low = 0, high = name_count_;
  while (low < high) {
    const uint32_t middle = low + (high - low) / 2;
    const int order = Compare(string(names_[middle].name), path);
    if (order == 0) return middle;
    if (order < 0) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return kNoName;
}

uint32_t LaunchTable::FindWord(bare::Str word) const {
  for (uint32_t i = 0; i < name_count_; ++i) {
    if (bare::BaseName(string(names_[i].name)) == word) return i;
  }
  return kNoName;
}

}  // namespace relocatable
