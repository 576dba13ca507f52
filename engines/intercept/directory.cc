#include "engines/intercept/directory.h"

#include <asm/unistd.h>
#include <errno.h>

#include "base/bare/str.h"
#include "base/bare/syscall.h"
#include "engines/intercept/directory_entry.h"
#include "engines/intercept/merged_directory.h"
#include "engines/intercept/perform.h"
#include "engines/intercept/session.h"
#include "engines/intercept/translate.h"
#include "engines/view/map.h"

namespace relocatable {
namespace {

using bare::Str;
using bare::Syscall;

constexpr long kFromHere = 1;                 // SEEK_CUR
constexpr char kDirectory = 4, kUnknown = 0;  // DT_DIR, DT_UNKNOWN

// The name that mount `i` adds to the directory `guest`, or none: the mount
// lies elsewhere, the directory (open as `directory`) has the name, or an
// earlier mount added it.
Str NameAddedBy(uint32_t i, Str guest, long directory) {
  const auto name_in = [&](uint32_t mount) {
    const Str at(session.view.mounts[mount].guest);
    if (at.size <= guest.size + 1 || !IsAtOrBelow(at, guest)) return Str();
    const Str name = at.From(guest.size + 1);
    const size_t slash = bare::Find(name, '/');
    return slash == bare::kNotFound ? name : name.First(slash);
  };
  const Str name = name_in(i);
  if (name.empty()) return name;
  for (uint32_t before = 0; before < i; ++before) {
    if (name_in(before) == name) return Str();
  }
  bare::FixedBuffer<kPathCapacity> entry;
  entry.Append(name);
  char text[1];
  const bool is_absent = Syscall(__NR_readlinkat, directory, entry.c_str(),
                                 text, sizeof(text)) == -ENOENT;
  return is_absent ? name : Str();
}

void SetType(DirectoryEntry& entry, char type) {
  entry.type = static_cast<uint8_t>(type);
}
void SetType(OldDirectoryEntry& entry, char type) { entry.type() = type; }

// Entry is what the call fills its buffer with.
template <typename Entry>
class Reader {
 public:
  Reader(const Call& call, Str guest) : call_(call), guest_(guest) {}

  long Read() {
    const size_t wanted = SizeOfAdded();
    const uint32_t capacity = static_cast<uint32_t>(call_.arguments[2]);
    if (wanted >= capacity) return Perform(call_);
    Call shorter = call_;
    shorter.arguments[2] = static_cast<long>(capacity - wanted);
    const long size = Perform(shorter);
    return size <= 0 ? size : Add(static_cast<size_t>(size));
  }

 private:
  size_t SizeOfAdded() const {
    size_t size = 0;
    for (uint32_t i = 0; i < session.view.mount_count; ++i) {
      const Str name = NameAddedBy(i, guest_, call_.arguments[0]);
      if (!name.empty()) size += Entry::LengthFor(name.size);
    }
    return size;
  }

  // The last entry's offset tells where the next read goes on.
  int64_t LastOffset(size_t used) const {
    int64_t offset = 0;
    for (size_t at = 0; at < used;) {
      const auto* entry =
          reinterpret_cast<const Entry*>(call_.Pointer<char>(1) + at);
      offset = entry->offset;
      at += entry->length;
    }
    return offset;
  }

  // Behind `used` bytes of the kernel's.
  long Add(size_t used) const {
    const int64_t offset = LastOffset(used);
    for (uint32_t i = 0; i < session.view.mount_count; ++i) {
      const Str name = NameAddedBy(i, guest_, call_.arguments[0]);
      if (name.empty()) continue;
      Entry& entry = *reinterpret_cast<Entry*>(call_.Pointer<char>(1) + used);
      entry.inode = 1 + i;
      entry.offset = offset;
      entry.length = static_cast<uint16_t>(Entry::LengthFor(name.size));
      for (size_t k = 0; k < name.size; ++k) entry.name[k] = name[k];
      entry.name[name.size] = '\0';
      const bool is_the_mount =
          Str(session.view.mounts[i].guest).size == guest_.size + 1 + name.size;
      SetType(entry, is_the_mount ? kUnknown : kDirectory);
      used += entry.length;
    }
    return static_cast<long>(used);
  }

  const Call& call_;
  const Str guest_;
};

// The host's entries and the names of mounts.
long ReadWithMounts(const Call& call) {
  bare::FixedBuffer<kPathCapacity> guest;
  const bool is_start =
      Syscall(__NR_lseek, call.arguments[0], 0, kFromHere) == 0;
  if (!is_start || GuestOfDirectory(call.arguments[0], guest) != 0 ||
      !LeadsToAMount(session.view, guest.str())) {
    return Perform(call);
  }
  return call.number == __NR_getdents64
             ? Reader<DirectoryEntry>(call, guest.str()).Read()
             : Reader<OldDirectoryEntry>(call, guest.str()).Read();
}

}  // namespace

long ReadDirectory(const Call& call) {
  const long fd = call.arguments[0];
  bare::FixedBuffer<kPathCapacity> layers;
  if (!FindLayersSide(fd, layers)) return ReadWithMounts(call);
  if (!IsBehindHost(fd)) {
    const long size = ReadWithMounts(call);
    if (size > 0) ForgetTypes(call, size, layers.c_str());
    if (size != 0) return size;
  }
  return ReadLayersSide(call, layers.c_str());
}

}  // namespace relocatable
