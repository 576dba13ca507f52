#include "engines/intercept/merged_directory.h"

#include <asm/unistd.h>
#include <errno.h>

#include "base/bare/syscall.h"
#include "engines/intercept/directory_entry.h"
#include "engines/intercept/session.h"
#include "engines/intercept/translate.h"
#include "engines/view/layer.h"
#include "engines/view/map.h"

namespace relocatable {
namespace {

using bare::FixedBuffer;
using bare::Str;
using bare::Syscall;

constexpr long kAtFdcwd = -100;
constexpr long kSet = 0, kFromHere = 1;         // SEEK_SET, SEEK_CUR
constexpr int kDirectory = 0200000 | 02000000;  // O_DIRECTORY | O_CLOEXEC

// Offsets that no file system gives its own entries, and that each takes:
// ext4's are hashes up to 0x7ffffffe in the upper half, and one for the end,
// 2^63 - 1; others count from 0.
constexpr int64_t kBehindHost = 0x7fffffff00000000;
constexpr int64_t kMostEntries = int64_t{1} << 28;

// Offset of the descriptor behind the host's entries, or -1.
int64_t LayersOffset(long fd) {
  const int64_t offset = Syscall(__NR_lseek, fd, 0, kFromHere) - kBehindHost;
  return offset >= 0 && offset < kMostEntries ? offset : -1;
}

bool Has(long directory, const char* name) {
  char text[1];
  return Syscall(__NR_readlinkat, directory, name, text, sizeof(text)) !=
         -ENOENT;
}

void SetType(DirectoryEntry& entry, uint8_t type) { entry.type = type; }
void SetType(OldDirectoryEntry& entry, uint8_t type) {
  entry.type() = static_cast<char>(type);
}

// Entries of the layer's directory, numbered in the order that it has them.
class LayersEntries {
 public:
  explicit LayersEntries(const char* path)
      : fd_(Syscall(__NR_openat, kAtFdcwd, path, kDirectory, 0)) {}
  ~LayersEntries() {
    if (fd_ >= 0) Syscall(__NR_close, fd_);
  }
  LayersEntries(const LayersEntries&) = delete;

  // The next one, numbered number(); nullptr at the end.
  const DirectoryEntry* Next() {
    if (at_ >= size_) {
      at_ = 0;
      size_ = fd_ < 0
                  ? 0
                  : Syscall(__NR_getdents64, fd_, entries_, sizeof(entries_));
      if (size_ <= 0) return nullptr;
    }
    const auto* entry = reinterpret_cast<const DirectoryEntry*>(entries_ + at_);
    at_ += entry->length;
    ++number_;
    return entry;
  }
  int64_t number() const { return number_; }

 private:
  const long fd_;
  alignas(8) char entries_[4096];
  long size_ = 0;
  long at_ = 0;
  int64_t number_ = 0;  // from 1
};

// Entry is what the call fills its buffer with.
template <typename Entry>
long ReadBehind(const Call& call, const char* layers, int64_t read) {
  const long fd = call.arguments[0];
  const size_t capacity = static_cast<uint32_t>(call.arguments[2]);
  size_t used = 0;
  LayersEntries entries(layers);
  while (const DirectoryEntry* from = entries.Next()) {
    const Str name(from->name);
    if (entries.number() <= read || name == "." || name == ".." ||
        Has(fd, from->name)) {
      continue;
    }
    const size_t length = Entry::LengthFor(name.size);
    if (used + length > capacity) {
      if (used == 0) return -EINVAL;
      break;
    }
    Entry& entry = *reinterpret_cast<Entry*>(call.Pointer<char>(1) + used);
    entry.inode = from->inode;
    entry.offset = kBehindHost + entries.number();
    entry.length = static_cast<uint16_t>(length);
    for (size_t i = 0; i < length - offsetof(Entry, name); ++i) {
      entry.name[i] = i < name.size ? name[i] : '\0';
    }
    SetType(entry, from->type);
    used += length;
    read = entries.number();
  }
  if (used == 0) return 0;
  // Where the offset cannot be kept, nothing can be shown.
  return Syscall(__NR_lseek, fd, kBehindHost + read, kSet) < 0
             ? 0
             : static_cast<long>(used);
}

template <typename Entry>
void ForgetTypesOf(char* entries, long size, long layer) {
  for (long at = 0; at < size;) {
    Entry& entry = *reinterpret_cast<Entry*>(entries + at);
    const Str name(entry.name);
    if (!(name == ".") && !(name == "..") && Has(layer, entry.name)) {
      SetType(entry, 0);  // DT_UNKNOWN
    }
    at += entry.length;
  }
}

}  // namespace

bool FindLayersSide(long fd, bare::Buffer& layers) {
  FixedBuffer<kPathCapacity> host, guest;
  if (!session.view.layer_first || HostOfDirectory(fd, host) != 0 ||
      IsInLayer(session.view, host.str()) ||
      !GuestOf(session.view, host.str(), guest) ||
      MountOf(session.view, guest.str()) != nullptr ||
      OrderAt(guest.str()) == LayerOrder::kHostOnly) {
    return false;
  }
  HostInLayer(*session.view.layer, guest.str(), layers);
  layers.Append("/.");
  return !layers.overflow() &&
         Syscall(__NR_faccessat, kAtFdcwd, layers.c_str(), 0) == 0;
}

bool IsBehindHost(long fd) { return LayersOffset(fd) >= 0; }

long ReadLayersSide(const Call& call, const char* layers) {
  const int64_t offset = LayersOffset(call.arguments[0]);
  const int64_t read = offset < 0 ? 0 : offset;
  return call.number == __NR_getdents64
             ? ReadBehind<DirectoryEntry>(call, layers, read)
             : ReadBehind<OldDirectoryEntry>(call, layers, read);
}

void ForgetTypes(const Call& call, long size, const char* layers) {
  const long layer =
      Syscall(__NR_openat, kAtFdcwd, layers, kDirectory | 010000000, 0);
  if (layer < 0) return;
  if (call.number == __NR_getdents64) {
    ForgetTypesOf<DirectoryEntry>(call.Pointer<char>(1), size, layer);
  } else {
    ForgetTypesOf<OldDirectoryEntry>(call.Pointer<char>(1), size, layer);
  }
  Syscall(__NR_close, layer);
}

}  // namespace relocatable
