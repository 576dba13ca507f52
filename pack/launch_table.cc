#include "pack/launch_table.h"

namespace relocatable {
namespace {

constexpr uint32_t kMaxCount = 1 << 20;

// The rows of `section`, if it lies within `size` bytes and holds whole rows.
template <typename Row>
bool Rows(const char* data, size_t size, const LaunchSection& section,
          const Row*& rows, uint32_t& count) {
  if (section.offset > size || section.size > size - section.offset ||
      section.offset % 8 != 0 || section.size % sizeof(Row) != 0 ||
      section.size / sizeof(Row) > kMaxCount) {
    return false;
  }
  rows = reinterpret_cast<const Row*>(data + section.offset);
  count = static_cast<uint32_t>(section.size / sizeof(Row));
  return true;
}

bool IsNormalGuestPath(bare::Str path) {
  if (path.size < 2 || path[0] != '/' || path[path.size - 1] == '/')
    return false;
  for (size_t i = 0; i < path.size;) {
    bare::Str rest = path.From(i + 1);
    const size_t slash = bare::Find(rest, '/');
    const bare::Str part = slash == bare::kNotFound ? rest : rest.First(slash);
    if (part.empty() || part == "." || part == "..") return false;
    i += 1 + part.size;
  }
  return true;
}

// A host path of a pack stays inside the pack.
bool IsInsidePack(bare::Str path) {
  bare::FixedBuffer<4096> guest;
  guest.Append("/").Append(path);
  return !guest.overflow() && IsNormalGuestPath(guest.str());
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
    return "is not a launch table";
  }
  const LaunchHeader* header = reinterpret_cast<const LaunchHeader*>(bytes);
  if (header->version != kLaunchVersion) {
    return "has a version that this program does not read; use the "
           "relocatable in the same pack";
  }
  if (header->file_size != size)
    return "is damaged: its size is not what it says";

  LaunchTable t;
  t.header_ = header;
  if (!Rows(bytes, size, header->mounts, t.mounts_, t.mount_count_) ||
      !Rows(bytes, size, header->names, t.names_, t.name_count_)) {
    return "is damaged: a section lies outside the file";
  }
  // Strings have their own, larger limit: Rows' is for rows.
  const LaunchSection& s = header->strings;
  if (s.offset > size || s.size > size - s.offset || s.size == 0 ||
      s.size > 0x7fffffff) {
    return "is damaged: its strings lie outside the file";
  }
  const char* strings = bytes + s.offset;
  const uint32_t strings_size = static_cast<uint32_t>(s.size);
  if (strings[strings_size - 1] != '\0')
    return "is damaged: its strings do not end";
  t.strings_ = strings;

  if (t.mount_count_ > kMaxLaunchMounts) return "is damaged: too many mounts";
  for (uint32_t i = 0; i < t.mount_count_; ++i) {
    const LaunchMount& m = t.mounts_[i];
    if (m.guest >= strings_size || m.host >= strings_size ||
        !IsNormalGuestPath(strings + m.guest) ||
        !IsInsidePack(strings + m.host)) {
      return "is damaged: a mount is not a pair of paths";
    }
  }
  for (uint32_t i = 0; i < t.name_count_; ++i) {
    const LaunchName& n = t.names_[i];
    if (n.name >= strings_size || n.target >= strings_size ||
        !IsInsidePack(strings + n.name) ||
        !IsNormalGuestPath(strings + n.target)) {
      return "is damaged: a name is not a pair of paths";
    }
    if (i > 0 &&
        Compare(strings + t.names_[i - 1].name, strings + n.name) >= 0) {
      return "is damaged: its names are not sorted";
    }
  }
  if (header->entry_point != kNoName && header->entry_point >= t.name_count_) {
    return "is damaged: its entry point is no name";
  }
  table = t;
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
