#include "engines/intercept/stand_in.h"

#include <asm/unistd.h>

#include "base/bare/syscall.h"
#include "engines/intercept/directory_entry.h"
#include "engines/intercept/session.h"
#include "engines/view/map.h"
#include "engines/view/resolve.h"

namespace relocatable {
namespace {

using bare::Buffer;
using bare::FixedBuffer;
using bare::Str;
using bare::Syscall;

constexpr long kAtFdcwd = -100;

bool LeadsOn(Str guest, Str name) {
  FixedBuffer<kPathCapacity> below;
  below.Append(guest).Append("/").Append(name);
  return LeadsToAMount(session.view, below.str()) ||
         MountOf(session.view, below.str()) != nullptr;
}

// Whether the host directory `host` holds only what leads from `guest` to
// mounts.
bool HoldsOnlyTheWay(const char* host, Str guest) {
  constexpr int kDirectory = 0200000 | 02000000;  // O_DIRECTORY | O_CLOEXEC
  const long fd = Syscall(__NR_openat, kAtFdcwd, host, kDirectory, 0);
  if (fd < 0) return false;
  alignas(8) char entries[2048];
  long size;
  bool only = true;
  while (only &&
         (size = Syscall(__NR_getdents64, fd, entries, sizeof(entries))) > 0) {
    for (long at = 0; at < size;) {
      const auto* entry = reinterpret_cast<DirectoryEntry*>(entries + at);
      const Str name(entry->name);
      only = only && (name == "." || name == ".." || LeadsOn(guest, name));
      at += entry->length;
    }
  }
  Syscall(__NR_close, fd);
  return only;
}

}  // namespace

bool StandInFor(Str guest, Buffer& host) {
  for (uint32_t i = 0; i < session.view.mount_count; ++i) {
    const Str at(session.view.mounts[i].guest);
    const Str behind(session.view.mounts[i].host);
    if (at.size <= guest.size || !IsAtOrBelow(at, guest)) continue;
    // "/gnu/store" at "/p/root/gnu/store": what is below "/gnu" agrees.
    const Str below = at.From(guest.size);
    if (!bare::EndsWith(behind, below)) continue;
    host.Clear();
    host.Append(behind.First(behind.size - below.size));
    return true;
  }
  return false;
}

bool GuestOfStandIn(Str host, Buffer& guest) {
  for (uint32_t i = 0; i < session.view.mount_count; ++i) {
    const Str at(session.view.mounts[i].guest);
    const Str behind(session.view.mounts[i].host);
    if (behind.size <= host.size || !IsAtOrBelow(behind, host)) continue;
    const Str below = behind.From(host.size);
    if (at.size <= below.size || !bare::EndsWith(at, below)) continue;
    guest.Clear();
    guest.Append(at.First(at.size - below.size));
    FixedBuffer<kPathCapacity> path;
    path.Append(host);
    if (!LeadsToAMount(session.view, host) &&
        Syscall(__NR_faccessat, kAtFdcwd, guest.c_str(), 0) != 0 &&
        HoldsOnlyTheWay(path.c_str(), guest.str())) {
      return true;
    }
  }
  return false;
}

}  // namespace relocatable
