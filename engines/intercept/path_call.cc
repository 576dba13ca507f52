#include "engines/intercept/path_call.h"

#include <asm/unistd.h>
#include <errno.h>

#include "base/bare/syscall.h"
#include "engines/intercept/layered.h"
#include "engines/intercept/only_path.h"
#include "engines/intercept/open_flags.h"
#include "engines/intercept/perform.h"
#include "engines/intercept/read_only.h"
#include "engines/intercept/session.h"
#include "engines/view/layer.h"
#include "engines/view/map.h"

namespace relocatable {
namespace {

constexpr long kAtFdcwd = -100;

bool Follows(const Call& call, const PathArgument& argument) {
  const auto bits = [&] {
    return static_cast<uint32_t>(call.arguments[argument.bits]);
  };
  switch (argument.follow) {
    case Follow::kYes:
      return true;
    case Follow::kNo:
      return false;
    case Follow::kUnlessBit:
      return (bits() & argument.follow_bit) == 0;
    case Follow::kIfBit:
      return (bits() & argument.follow_bit) != 0;
    case Follow::kOpen:
      return OpenFlags::Of(call, argument).Follows();
  }
  return true;
}

bool MayBeAbsent(const Call& call, const PathArgument& argument) {
  switch (argument.effect) {
    case Effect::kCreate:
    case Effect::kCreat:
    case Effect::kRemove:
      return true;
    case Effect::kOpen:
    case Effect::kOpenHow:
      return OpenFlags::Of(call, argument).Creates();
    default:
      return false;
  }
}

}  // namespace

PathRequest RequestOf(const Call& call, const PathArgument& argument) {
  PathRequest request;
  request.path = call.Pointer<const char>(argument.path);
  if (argument.dirfd != kNoArgument) {
    request.dirfd = call.arguments[argument.dirfd];
  }
  request.follow = Follows(call, argument);
  request.may_be_absent = MayBeAbsent(call, argument);
  request.is_entry =
      argument.effect == Effect::kCreate || argument.effect == Effect::kRemove;
  request.only_path_can_fail = OnlyPathCanFail(call);
  if (argument.effect == Effect::kOpenHow) {
    request.refuse_links = OpenFlags::RefusesLinks(call, argument);
    request.refuse_magic_links = OpenFlags::RefusesMagicLinks(call, argument);
    request.refuse_mounts =
        OpenFlags::Resolves(call, argument, OpenFlags::kNoMounts);
    if (OpenFlags::Resolves(call, argument, OpenFlags::kBeneath)) {
      request.bound = PathQuestion::kBeneath;
    } else if (OpenFlags::Resolves(call, argument, OpenFlags::kInRoot)) {
      request.bound = PathQuestion::kInRoot;
    }
  }
  return request;
}

namespace {

// An empty path means the descriptor, or is an error the kernel knows best.
bool IsPath(const char* path) { return path != nullptr && path[0] != '\0'; }

// Calls that act on a directory's entry refuse "." and "..", which the exact
// way has resolved: fs/namei.c.
int RefuseDots(const Call& call, const PathArgument& argument,
               const Place& place) {
  constexpr long kRemoveDirectory = 0x200;  // AT_REMOVEDIR
  if (!place.exact || place.last == PathAnswer::kName) return 0;
  if (argument.effect == Effect::kCreate) return EEXIST;
  if (argument.effect != Effect::kRemove) return 0;
  const bool unlinkat = call.number == __NR_unlinkat;
  if (call.number == __NR_rmdir ||
      (unlinkat && (call.arguments[2] & kRemoveDirectory) != 0)) {
    return place.last == PathAnswer::kDot ? EINVAL : ENOTEMPTY;
  }
  return unlinkat || call.number == __NR_unlink ? EISDIR : EBUSY;
}

// Whether the dynamic linker makes the call, not the program.
bool IsByLinker(const Call& call) {
  return call.return_to >= session.linker_start &&
         call.return_to < session.linker_end;
}

// Translates path `i` of the call. 0, with the place's path in the call, or an
// errno. What may change something below a read-only mount is resolved exactly:
// a link may lead out of the mount.
int TranslateArgument(Call& call, const PathArgument& argument, bool exactly,
                      Place& place) {
  const PathRequest request = RequestOf(call, argument);
  int error =
      exactly ? TranslateExactly(request, place) : Translate(request, place);
  if (error == 0 && !place.exact && MayChange(call, argument) &&
      (IsReadOnly(place) || StartsReadOnly(request))) {
    error = TranslateExactly(request, place);
  }
  if (error != 0) return error;
  if (IsByLinker(call) && IsForeignLibrary(request, place)) {
    place.path = nullptr;  // that is final
    return ENOENT;
  }
  // No host directory could be found for it (engines/inprocess/ways.h).
  if (place.only_in_view) {
    return argument.effect == Effect::kCreate ? EEXIST : ENOENT;
  }
  call.Set(argument.path, place.path);
  return 0;
}

// The mount that shows `place`; for a path that the kernel is to walk, that of
// the directory it starts from.
const Mount* MountAt(const PathRequest& request, const Place& place) {
  if (place.exact || request.path[0] == '/') return place.mount;
  bare::FixedBuffer<kPathCapacity> start;
  return GuestOfDirectory(request.dirfd, start) == 0
             ? MountOf(session.view, start.str())
             : nullptr;
}

// link(2) and rename(2) between two mounts of the view, which the kernel may
// see as one file system. A file known by its descriptor has no mount here.
bool CrossesMounts(const Call& call, const SyscallRow& row,
                   const Place (&places)[2]) {
  const Effect second = row.paths[1].effect;
  return (second == Effect::kCreate || second == Effect::kRemove) &&
         !bare::StartsWith(places[0].path, "/proc/") &&
         MountAt(RequestOf(call, row.paths[0]), places[0]) !=
             MountAt(RequestOf(call, row.paths[1]), places[1]);
}

// link(2) between two mounts: what do_linkat finds before it sees that.
int RefuseLink(const Call& original, const SyscallRow& row,
               const Place (&places)[2]) {
  char text[1];
  const long found =
      bare::Syscall(__NR_readlinkat, kAtFdcwd, places[0].path, text, 1);
  if (found < 0 && found != -EINVAL) return static_cast<int>(-found);
  const int refused =
      RefuseToCreate(RequestOf(original, row.paths[1]), places[1], false);
  return refused == EROFS && !IsReadOnly(places[1]) ? EXDEV : refused;
}

// What the view refuses of a call whose paths are translated: 0 or an errno.
int Refuse(const Call& original, const Call& call, const SyscallRow& row,
           const Place (&places)[2]) {
  const bool two = places[0].path != nullptr && places[1].path != nullptr;
  if (two && CrossesMounts(original, row, places)) {
    const bool is_sure = places[0].exact && places[1].exact;
    return row.paths[0].effect == Effect::kRemove || !is_sure
               ? EXDEV
               : RefuseLink(original, row, places);
  }
  for (int i = 0; i < 2; ++i) {
    const PathArgument& argument = row.paths[i];
    if (places[i].path == nullptr) continue;
    if (const int refused = RefuseDots(call, argument, places[i])) {
      return refused;
    }
    if (!IsReadOnly(places[i]) || !MayChange(original, argument)) continue;
    if (const int refused = RefuseChange(
            call, argument, RequestOf(original, argument), places[i])) {
      return refused;
    }
  }
  return 0;
}

bool IsNotFound(long result) { return result == -ENOENT || result == -ENOTDIR; }

// Whether the exact way may find what the kernel did not: some link is
// involved.
bool WorthAskingAgain(const Call& original, const PathArgument& argument,
                      const Place& place) {
  if (place.exact || place.path == nullptr) return false;
  const PathRequest request = RequestOf(original, argument);
  if (MayEnterAMount(request) || MayBeInLayer(request)) return true;
  if (request.refuse_links) return false;
  // "/lib" is a link on most hosts, and the layer's side of it has been seen.
  bare::FixedBuffer<kPathCapacity> path;
  if (session.view.layer_first) {
    MergedPath(place.path, path);
  } else {
    path.Append(place.path);
  }
  return MayLeadThroughALink(path.c_str(), request.dirfd, request.follow);
}

long ReadLink(const Call& call, const SyscallRow& row, const Place& place,
              long result, bool& retry) {
  char* const text = call.Pointer<char>(row.data);
  const size_t capacity =
      static_cast<size_t>(static_cast<int>(call.arguments[row.size]));
  if (result < 0) return result;
  if (!MayBeMagicLink(place, text, result)) {
    return ShowNameLink(RequestOf(call, row.paths[0]), place, text, result,
                        capacity);
  }
  retry = !place.exact;
  return retry ? result : ReadMagicLink(place.path, text, capacity);
}

// One attempt: all paths translated, then the call. `retry` tells whether
// another, exact one may do better.
long Attempt(const Call& original, const SyscallRow& row, bool exactly,
             bool& retry) {
  Call call = original;
  Place places[2];
  for (int i = 0; i < 2; ++i) {
    const PathArgument& argument = row.paths[i];
    if (argument.path == kNoArgument) break;
    if (!IsPath(call.Pointer<const char>(argument.path))) continue;
    const int error = TranslateArgument(call, argument, exactly, places[i]);
    if (error != 0) {
      retry = !exactly && IsNotFound(-error) &&
              WorthAskingAgain(original, argument, places[i]);
      return -error;
    }
  }
  if (const int refused = Refuse(original, call, row, places)) {
    retry = !exactly && refused == EXDEV;
    return -refused;
  }
  const bool is_link =
      row.handling == Handling::kReadlink && places[0].path != nullptr;
  // A magic link's own text must not be seen, not even behind the end.
  if (is_link && places[0].exact && MayBeMagicLink(places[0], nullptr, 0)) {
    return ReadLink(call, row, places[0], 0, retry);
  }
  const long result = Perform(call);
  if (!exactly && IsNotFound(result)) {
    for (int i = 0; i < 2; ++i) {
      retry |= places[i].path != nullptr &&
               WorthAskingAgain(original, row.paths[i], places[i]);
    }
  }
  return is_link ? ReadLink(call, row, places[0], result, retry) : result;
}

// openat2(2) with bounds. What is found below its descriptor and in the same
// mount is opened from there, and the kernel keeps the bounds as well; for all
// else they are kept here, and a host path has nothing to do with them.
long OpenWithinBounds(const Call& original, const PathArgument& argument) {
  struct OpenHow {
    uint64_t flags, mode, resolve;
  };
  OpenHow how = *original.Pointer<const OpenHow>(argument.flags);
  constexpr uint64_t kBounds = OpenFlags::kBeneath | OpenFlags::kInRoot;
  constexpr uint64_t kKnown = 0x3f;
  Place place;
  bare::FixedBuffer<kPathCapacity> base;
  // What the kernel refuses by itself, and what has no name in the view.
  if (original.arguments[3] != sizeof(OpenHow) || (how.resolve & ~kKnown) ||
      (how.resolve & kBounds) == kBounds ||
      GuestOfDirectory(original.arguments[argument.dirfd], base) != 0) {
    return Perform(original);
  }
  Call call = original;
  if (const int error = TranslateArgument(call, argument, true, place)) {
    return -error;
  }
  if (IsReadOnly(place) && MayChange(original, argument)) {
    if (const int refused = RefuseChange(
            call, argument, RequestOf(original, argument), place)) {
      return -refused;
    }
  }
  if (IsAtOrBelow(place.guest.str(), base.str()) &&
      MountOf(session.view, base.str()) == place.mount) {
    bare::FixedBuffer<kPathCapacity> host;
    HostOf(session.view, base.str(), host);
    const size_t before = host.size() > 1 ? host.size() + 1 : 1;
    call.Set(argument.path,
             place.host.size() > before ? place.host.c_str() + before : ".");
    return Perform(call);
  }
  how.resolve &= ~(kBounds | OpenFlags::kNoMounts);
  call.Set(argument.flags, &how);
  return Perform(call);
}

}  // namespace

// A descriptor that only names a file is not open: EBADF, the kernel's word.
long ChangeOpen(const Call& call, long fd) {
  constexpr long kGetFlags = 3;  // F_GETFL
  const long flags = bare::Syscall(__NR_fcntl, fd, kGetFlags);
  const bool is_open =
      flags >= 0 && (static_cast<uint64_t>(flags) & OpenFlags::kPath) == 0;
  return is_open && IsOpenReadOnly(fd) ? -EROFS : Perform(call);
}

namespace {

// Whether the first path means its descriptor itself: it is empty, with
// AT_EMPTY_PATH; or null, for utimensat(2).
bool MeansDescriptor(const Call& call, const SyscallRow& row) {
  const PathArgument& argument = row.paths[0];
  if (argument.dirfd == kNoArgument) return false;
  const char* path = call.Pointer<const char>(argument.path);
  if (path == nullptr) return call.number == __NR_utimensat;
  return path[0] == '\0' && argument.empty_bit != 0 &&
         (static_cast<uint32_t>(call.arguments[argument.bits]) &
          argument.empty_bit) != 0;
}

// Whether the kernel does not have the call at all: that comes before what the
// view has to say of its paths. Those of before Linux 5.1 are always there.
bool IsMissing(const Call& call, const SyscallRow& row) {
  constexpr long kFirstOfLinux51 = 424;
  if (call.number < kFirstOfLinux51) return false;
  Call bare = call;
  bare.Set(row.paths[0].path, nullptr);  // EFAULT
  return Perform(bare) == -ENOSYS;
}

}  // namespace

long CallWithPaths(const Call& call, const SyscallRow& row) {
  // Its flags must not be looked for in vain.
  if (row.paths[0].effect == Effect::kOpenHow && IsMissing(call, row)) {
    return -ENOSYS;
  }
  if (row.paths[0].effect == Effect::kOpenHow &&
      IsPath(call.Pointer<const char>(row.paths[0].path)) &&
      OpenFlags::IsBounded(call, row.paths[0])) {
    return OpenWithinBounds(call, row.paths[0]);
  }
  if (row.paths[0].effect == Effect::kChange && MeansDescriptor(call, row)) {
    const long fd = call.arguments[row.paths[0].dirfd];
    if (call.arguments[row.paths[0].path] == 0) return ChangeOpen(call, fd);
    return IsOpenReadOnly(fd) ? -EROFS : Perform(call);
  }
  bool retry = false;
  long result = Attempt(call, row, false, retry);
  if (retry) result = Attempt(call, row, true, retry);
  return result < 0 && IsMissing(call, row) ? -ENOSYS : result;
}

}  // namespace relocatable
