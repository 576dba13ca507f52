#include "engines/inprocess/ways.h"

#include <asm/unistd.h>
#include <errno.h>
#include <sys/stat.h>

#include "base/bare/syscall.h"
#include "engines/inprocess/cache.h"
#include "engines/inprocess/real_path.h"
#include "engines/intercept/directory_entry.h"
#include "engines/intercept/session.h"
#include "engines/intercept/translate.h"
#include "engines/view/map.h"

namespace relocatable {
namespace {

using bare::Buffer;
using bare::FixedBuffer;
using bare::Str;
using bare::Syscall;

constexpr long kAtFdcwd = -100;
constexpr int kDirectory = 0200000 | 02000000;  // O_DIRECTORY | O_CLOEXEC

// The topmost directory above `mount` that only the view has: sets `guest`.
bool TopmostMissing(Str mount, Buffer& guest) {
  for (size_t size = 1; size < mount.size; ++size) {
    if (mount[size] != '/') continue;
    guest.Clear();
    guest.Append(mount.First(size));
    PathRequest request;
    request.path = guest.c_str();
    Place place;
    if (TranslateExactly(request, place) != 0) return false;
    if (place.only_in_view) return true;
  }
  return false;
}

bool LeadsOn(Str guest, Str name) {
  FixedBuffer<kPathCapacity> below;
  below.Append(guest).Append("/").Append(name);
  return LeadsToAMount(session.view, below.str()) ||
         MountOf(session.view, below.str()) != nullptr;
}

// Whether the host directory `host` holds only what leads from `guest` to
// mounts. Deeper directories need no look: a pack's are its own.
bool HoldsOnlyTheWay(const char* host, Str guest) {
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

// "/p/root/gnu" for "/gnu", of a mount of "/gnu/store" at "/p/root/gnu/store".
bool FindByName(Str guest, const Mount& mount, Buffer& host) {
  const Str below = Str(mount.guest).From(guest.size);
  const Str behind(mount.host);
  if (!bare::EndsWith(behind, below)) return false;
  host.Clear();
  host.Append(behind.First(behind.size - below.size));
  return HoldsOnlyTheWay(host.c_str(), guest);
}

// A directory of the cache for `guest`, with all that is on the way from it to
// `mount`.
bool FindInCache(char* const* envp, Str guest, const Mount& mount,
                 Buffer& host) {
  FixedBuffer<kPathCapacity> way;
  if (!FindCache(envp, "ways", way)) return false;
  const size_t top = way.size();
  host.Clear();
  host.Append(way.str()).Append(guest);
  way.Append(bare::DirName(Str(mount.guest)));
  if (way.overflow() || host.overflow()) return false;
  MakeDirectories(way.str(), top, 0755);
  struct stat st;
  return Syscall(__NR_newfstatat, kAtFdcwd, way.c_str(), &st, 0) == 0 &&
         S_ISDIR(st.st_mode);
}

}  // namespace

void AddWays(char* const* envp, Mount* mounts, uint32_t capacity,
             Buffer& strings) {
  const uint32_t count = session.view.mount_count;
  for (uint32_t i = 0; i < count; ++i) {
    FixedBuffer<kPathCapacity> guest, host;
    if (session.view.mount_count == capacity) return;
    if (!TopmostMissing(mounts[i].guest, guest)) continue;
    if (!FindByName(guest.str(), mounts[i], host) &&
        !FindInCache(envp, guest.str(), mounts[i], host)) {
      continue;
    }
    const char* const guest_kept = strings.c_str() + strings.size();
    strings.Append(guest.str()).Append(Str("", 1));
    const char* const host_kept = strings.c_str() + strings.size();
    if (strings.overflow() || RealPath(host.c_str(), strings) != 0) return;
    strings.Append(Str("", 1));
    mounts[session.view.mount_count++] = {guest_kept, host_kept,
                                          kMountReadOnly | kMountWay};
  }
}

}  // namespace relocatable
