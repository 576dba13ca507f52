#include "engines/intercept/directory.h"

#include <asm/unistd.h>
#include <errno.h>

#include "engines/intercept/session.h"
#include "engines/view/map.h"

namespace relocatable {
namespace {

using bare::Str;
using bare::Syscall;

}  // namespace

int StandInFor(Place& place) {
  const Str guest = place.guest.str();
  for (uint32_t i = 0; i < session.view.mount_count; ++i) {
    const Str at(session.view.mounts[i].guest);
    const Str host(session.view.mounts[i].host);
    if (at.size <= guest.size || !IsAtOrBelow(at, guest)) continue;
    // "/gnu/store" at "/p/root/gnu/store": what is below "/gnu" agrees.
    const Str below = at.From(guest.size);
    if (!bare::EndsWith(host, below)) continue;
    place.host.Clear();
    place.host.Append(host.First(host.size - below.size));
    place.path = place.host.c_str();
    place.mount = nullptr;
    return 0;
  }
  return ENOENT;
}

long ReadDirectory(const Call& call) {
  const long size = Perform(call);
  if (size <= 0 || call.number != __NR_getdents64) return size;
  // Only a directory above a mount can lack one, and only the first read of it
  // begins with ".".
  struct Entry {
    uint64_t inode;
    int64_t offset;
    uint16_t length;
    uint8_t type;
    char name[1];
  };
  char* const buffer = call.Pointer<char>(1);
  const Entry* first = reinterpret_cast<const Entry*>(buffer);
  if (!(Str(first->name) == ".")) return size;
  bare::FixedBuffer<kPathCapacity> guest;
  if (GuestOfDirectory(call.arguments[0], guest) != 0) return size;
  const size_t capacity = static_cast<size_t>(call.arguments[2]);
  size_t used = static_cast<size_t>(size);
  for (uint32_t i = 0; i < session.view.mount_count; ++i) {
    const Str at(session.view.mounts[i].guest);
    if (at.size <= guest.size() || !IsAtOrBelow(at, guest.str())) continue;
    Str name = at.From(guest.size() + 1);
    const size_t slash = bare::Find(name, '/');
    if (slash != bare::kNotFound) name = name.First(slash);
    bare::FixedBuffer<kPathCapacity> host;
    HostOf(session.view, guest.str(), host);
    host.Append("/").Append(name);
    if (Syscall(__NR_faccessat, -100, host.c_str(), 0) == 0) continue;
    const size_t length = (19 + name.size + 1 + 7) & ~size_t{7};
    if (used + length > capacity) continue;
    // The last entry's offset tells where the next read goes on; ours repeats
    // it.
    Entry* entry = reinterpret_cast<Entry*>(buffer + used);
    entry->inode = 1 + i;
    entry->offset = first->offset;
    entry->length = static_cast<uint16_t>(length);
    entry->type = 4;  // DT_DIR
    for (size_t k = 0; k < name.size; ++k) entry->name[k] = name[k];
    entry->name[name.size] = '\0';
    used += length;
  }
  return static_cast<long>(used);
}

}  // namespace relocatable
