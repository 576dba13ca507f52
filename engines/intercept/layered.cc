#include "engines/intercept/layered.h"

#include <asm/unistd.h>
#include <errno.h>
#include <sys/stat.h>

#include "base/bare/syscall.h"
#include "engines/intercept/payload_lookup.h"
#include "engines/intercept/plain_path.h"
#include "engines/intercept/session.h"
#include "engines/view/layer.h"
#include "engines/view/map.h"

namespace relocatable {
namespace {

using bare::Buffer;
using bare::FixedBuffer;
using bare::Str;
using bare::Syscall;

constexpr long kAtFdcwd = -100;

// What the layer has at `guest`: its st_mode, -ENOENT, or another errno if that
// is not to be said without following a link.
long ModeInLayer(Str guest, bool follow, Buffer& host) {
  constexpr uint64_t kOPath = 010000000, kCloexec = 02000000,
                     kNofollow = 0400000, kNoSymlinks = 4;
  const struct {
    uint64_t flags, mode, resolve;
  } how = {kOPath | kCloexec | (follow ? 0 : kNofollow), 0, kNoSymlinks};
  if (LookUpInLayer(guest, follow, host) == Packed::kNothing) return -ENOENT;
  HostInLayer(*session.view.layer, guest, host);
  if (host.overflow()) return -ENAMETOOLONG;
  const long fd =
      Syscall(__NR_openat2, kAtFdcwd, host.c_str(), &how, sizeof(how));
  if (fd < 0) return fd;
  struct stat st;
  const long error = Syscall(__NR_fstat, fd, &st);
  Syscall(__NR_close, fd);
  return error < 0 ? error : static_cast<long>(st.st_mode);
}

// The guest path that `request` starts with; false if it has none.
bool GuestTextOf(const PathRequest& request, Buffer& guest) {
  if (request.path[0] != '/') {
    if (GuestOfDirectory(request.dirfd, guest) != 0) return false;
    guest.Append("/");
  }
  guest.Append(request.path);
  return !guest.overflow();
}

bool IsDirectory(const char* host) {
  struct stat st;
  constexpr int kAtSymlinkNofollow = 0x100;
  return Syscall(__NR_newfstatat, kAtFdcwd, host, &st, kAtSymlinkNofollow) ==
             0 &&
         S_ISDIR(st.st_mode);
}

InLayer Take(const Mount* mount, Str guest, Place& place) {
  place.guest.Clear();
  place.guest.Append(guest);
  if (mount == nullptr) {
    place.host.Clear();
    place.host.Append(guest);
  } else {
    HostInLayer(*mount, guest, place.host);
  }
  place.path = place.host.c_str();
  place.mount = mount;
  place.exact = true;
  return place.host.overflow() ? InLayer::kPerhaps : InLayer::kPlace;
}

// By the index alone; kPerhaps if it does not know.
InLayer AskIndex(Str guest, bool follow, Place& place) {
  FixedBuffer<kPathCapacity> merged;
  switch (LookUpInLayer(guest, follow, merged)) {
    case Packed::kNothing:
      return InLayer::kNot;
    case Packed::kFile:
    case Packed::kLink:
      return Take(session.view.layer, merged.str(), place);
    case Packed::kDirectory:
      // One of both sides is the host's.
      return Take(IsDirectory(merged.c_str()) ? nullptr : session.view.layer,
                  merged.str(), place);
    case Packed::kUnknown:
      break;
  }
  return InLayer::kPerhaps;
}

}  // namespace

InLayer LookInLayer(Str guest, const PathRequest& request, Place& place) {
  if (MountOf(session.view, guest) != nullptr) return InLayer::kNot;
  const LayerOrder order = OrderAt(guest);
  if (order == LayerOrder::kHostOnly || order == LayerOrder::kHostFirst) {
    return InLayer::kNot;
  }
  if (order == LayerOrder::kLayerFirst && !IsUsrName(guest)) {
    const InLayer known = AskIndex(guest, request.follow, place);
    if (known != InLayer::kPerhaps) return known;
  }
  const long mode = ModeInLayer(guest, request.follow, place.host);
  if (mode == -ENOENT && order != LayerOrder::kLayerOnly) return InLayer::kNot;
  if ((mode < 0 && mode != -ENOENT) || S_ISDIR(mode)) return InLayer::kPerhaps;
  return Take(session.view.layer, guest, place);
}

bool ResolveInLayer(const PathRequest& request, Place& place) {
  const Str path(request.path);
  return session.view.layer_first && path.size > 1 && path[0] == '/' &&
         path[path.size - 1] != '/' && IsPlainPath(request.path) &&
         request.seen_by != PathRequest::kProgramOfHost &&
         OrderAt(path) == LayerOrder::kLayerFirst && !IsUsrName(path) &&
         AskIndex(path, request.follow, place) == InLayer::kPlace;
}

bool MayBeInLayer(const PathRequest& request) {
  if (session.view.layer == nullptr) return false;
  const bool creates = request.may_be_absent || request.is_entry;
  const bool layer_first = session.view.layer_first;
  FixedBuffer<kPathCapacity> guest, host;
  if ((creates && !layer_first) || !GuestTextOf(request, guest)) return false;
  if (!IsPlainPath(guest.c_str())) return true;
  const LayerOrder order =
      layer_first ? OrderAt(guest.str()) : LayerOrder::kHostFirst;
  if (order == LayerOrder::kHostOnly) return false;
  // Something may be made in a directory that only the layer has.
  if (creates) {
    return ModeInLayer(bare::DirName(guest.str()), true, host) != -ENOENT;
  }
  return order != LayerOrder::kLayerFirst &&
         ModeInLayer(guest.str(), request.follow, host) != -ENOENT;
}

bool IsForeignLibrary(const PathRequest& request, const Place& place) {
  if (!session.view.layer_first || place.mount != nullptr) return false;
  FixedBuffer<kPathCapacity> text;
  Str guest = place.guest.str();
  if (!place.exact) {
    if (!GuestTextOf(request, text)) return false;
    guest = text.str();
  }
  if (bare::StartsWith(guest, "/usr/")) guest = guest.From(4);
  const size_t slash =
      guest.empty() ? bare::kNotFound : bare::Find(guest.From(1), '/');
  if (slash == bare::kNotFound || !bare::StartsWith(guest, "/lib") ||
      !IsUsrName(guest.First(slash + 1))) {
    return false;
  }
  const Str name = bare::BaseName(guest);
  for (size_t i = 0; i + 3 <= name.size; ++i) {
    if (bare::StartsWith(name.From(i), ".so")) return true;
  }
  return false;
}

long ShowNameLink(const PathRequest& request, const Place& place, char* text,
                  long size, size_t capacity) {
  if (!session.view.layer_first || size <= 0 ||
      !(bare::BaseName(Str(text, static_cast<size_t>(size))) ==
        bare::BaseName(session.stub))) {
    return size;
  }
  FixedBuffer<kPathCapacity> host, program, in_layer;
  if (place.path[0] != '/') {
    if (HostOfDirectory(request.dirfd, host) != 0) return size;
    host.Append("/");
  }
  host.Append(place.path);
  // The pack's own directory is what the layer, "PACK/root", is in.
  FixedBuffer<kPathCapacity> names;
  names.Append(bare::DirName(session.view.layer->host)).Append("/bin");
  if (host.overflow() || !(bare::DirName(host.str()) == names.str())) {
    return size;
  }
  program.Append("/usr/bin/").Append(bare::BaseName(host.str()));
  if (ModeInLayer(program.str(), false, in_layer) < 0) return size;
  const size_t shown = program.size() < capacity ? program.size() : capacity;
  for (size_t i = 0; i < shown; ++i) text[i] = program.c_str()[i];
  return static_cast<long>(shown);
}

bool IsOpenInLayer(long fd) {
  FixedBuffer<kPathCapacity> host;
  return session.view.layer_first && HostOfDirectory(fd, host) == 0 &&
         IsInLayer(session.view, host.str());
}

}  // namespace relocatable
