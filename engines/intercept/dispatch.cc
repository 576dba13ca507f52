#include "engines/intercept/dispatch.h"

#include <asm/unistd.h>
#include <errno.h>

#include "base/bare/syscall.h"
#include "engines/intercept/alternate_stack.h"
#include "engines/intercept/directory.h"
#include "engines/intercept/entry.h"
#include "engines/intercept/exec.h"
#include "engines/intercept/library_signals.h"
#include "engines/intercept/open_flags.h"
#include "engines/intercept/perform.h"
#include "engines/intercept/read_only.h"
#include "engines/intercept/signal_action.h"
#include "engines/intercept/signals.h"
#include "engines/intercept/sockets.h"
#include "engines/intercept/stack_pool.h"
#include "engines/intercept/stand_in.h"
#include "engines/intercept/syscall_table.h"
#include "engines/intercept/translate.h"

unsigned char reloc_in_table[512];

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
  if (argument.effect == Effect::kOpenHow) {
    request.refuse_links = OpenFlags::RefusesLinks(call, argument);
    request.refuse_magic_links = OpenFlags::RefusesMagicLinks(call, argument);
  }
  return request;
}

// An empty path means the descriptor, or is an error the kernel knows best.
bool IsPath(const char* path) { return path != nullptr && path[0] != '\0'; }

// A directory that only the view has can be looked at and opened, not changed.
int UseStandIn(const PathArgument& argument, Place& place) {
  if (argument.effect == Effect::kCreate) return EEXIST;
  if (argument.effect != Effect::kLook && argument.effect != Effect::kOpen &&
      argument.effect != Effect::kOpenHow &&
      argument.effect != Effect::kAccess) {
    return EROFS;
  }
  if (!StandInFor(place.guest.str(), place.host)) return ENOENT;
  place.path = place.host.c_str();
  place.mount = nullptr;
  return 0;
}

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
  if (place.only_in_view) {
    if (const int refused = UseStandIn(argument, place)) return refused;
  }
  call.Set(argument.path, place.path);
  return 0;
}

// link(2) and rename(2) between two mounts of the view, which the kernel may
// see as one file system. A file known by its descriptor has no mount here.
bool CrossesMounts(const SyscallRow& row, const Place (&places)[2]) {
  const Effect second = row.paths[1].effect;
  return (second == Effect::kCreate || second == Effect::kRemove) &&
         places[0].mount != places[1].mount &&
         !bare::StartsWith(places[0].path, "/proc/");
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
  if (two && CrossesMounts(row, places)) {
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
  return MayEnterAMount(request) ||
         (!request.refuse_links &&
          MayLeadThroughALink(place.path, request.dirfd, request.follow));
}

long ReadLink(const Call& call, const SyscallRow& row, const Place& place,
              long result, bool& retry) {
  char* const text = call.Pointer<char>(row.data);
  if (result < 0 || !MayBeMagicLink(place, text, result)) return result;
  retry = !place.exact;
  return retry ? result
               : ReadMagicLink(place.path, text,
                               static_cast<size_t>(
                                   static_cast<int>(call.arguments[row.size])));
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

// A descriptor that only names a file is not open: EBADF, the kernel's word.
long ChangeOpen(const Call& call, long fd) {
  constexpr long kGetFlags = 3;  // F_GETFL
  const long flags = bare::Syscall(__NR_fcntl, fd, kGetFlags);
  const bool is_open =
      flags >= 0 && (static_cast<uint64_t>(flags) & OpenFlags::kPath) == 0;
  return is_open && IsOpenReadOnly(fd) ? -EROFS : Perform(call);
}

// openat2(2) that must stay below its descriptor: no mount of ours is below a
// host directory, and the kernel knows the rest.
bool StaysBelow(const Call& call, const PathArgument& argument) {
  return argument.effect == Effect::kOpenHow &&
         OpenFlags::StaysBelow(call, argument);
}

long CallWithPaths(const Call& call, const SyscallRow& row) {
  if (StaysBelow(call, row.paths[0])) return Perform(call);
  if (row.paths[0].effect == Effect::kChange &&
      row.paths[0].dirfd != kNoArgument &&
      call.arguments[row.paths[0].path] == 0) {
    return ChangeOpen(call, call.arguments[0]);  // utimensat(2)
  }
  bool retry = false;
  const long result = Attempt(call, row, false, retry);
  if (!retry) return result;
  bool ignored = false;
  return Attempt(call, row, true, ignored);
}

long Statfs(const Call& call, const SyscallRow& row) {
  constexpr int kFlags = 10;  // f_flags: the eleventh word of struct statfs
  constexpr uint64_t kReadOnly = 1;  // ST_RDONLY
  const bool by_path = row.paths[0].path != kNoArgument;
  const long result = by_path ? CallWithPaths(call, row) : Perform(call);
  if (result != 0) return result;
  Place place;
  const bool is_read_only =
      by_path ? TranslateExactly(RequestOf(call, row.paths[0]), place) == 0 &&
                    IsReadOnly(place)
              : IsOpenReadOnly(call.arguments[row.size]);
  if (is_read_only) call.Pointer<uint64_t>(row.data)[kFlags] |= kReadOnly;
  return 0;
}

long GetCwd(const Call& call) {
  char* const buffer = call.Pointer<char>(0);
  const size_t size = static_cast<size_t>(call.arguments[1]);
  bare::FixedBuffer<kPathCapacity> guest;
  const int error = GuestOfDirectory(kAtFdcwd, guest);
  // What the view does not show keeps the kernel's own answer.
  if (error != 0) return Perform(call);
  if (guest.size() == 0) guest.Append("/");
  if (guest.size() + 1 > size) return -ERANGE;
  for (size_t i = 0; i <= guest.size(); ++i) buffer[i] = guest.c_str()[i];
  return static_cast<long>(guest.size() + 1);
}

long Fsconfig(const Call& call, const SyscallRow& row) {
  constexpr long kSetPath = 3, kSetPathEmpty = 4;  // linux/mount.h
  const long command = call.arguments[row.data];
  if (command != kSetPath && command != kSetPathEmpty) return Perform(call);
  return CallWithPaths(call, row);
}

}  // namespace

void FillInTable() {
  for (const SyscallRow& row : AllSyscalls()) reloc_in_table[row.number] = 1;
}

}  // namespace relocatable

using namespace relocatable;

long RelocatableIntercept(Call* call, SignalFrame* frame) {
  const bool exec =
      call->number == __NR_execve || call->number == __NR_execveat;
  const uint64_t caller =
      frame != nullptr ? frame->rsp : reinterpret_cast<uint64_t>(call);
  Stack* stack = TakeStack(caller, exec ? StackUse::kExec : StackUse::kCall);
  if (stack == nullptr) return -ENOMEM;
  stack->trap = frame;
  stack->performed = false;
  const bool moves = frame != nullptr && IsOnAlternateStack(*frame);
  if (moves) SetSignalMask(~uint64_t{0});
  const long result = reloc_on_stack(call, frame, stack->top());
  if (moves) UseAlternateStackOf(*frame);
  GiveStackBack(stack);
  return result;
}

long RelocatableDispatch(Call* call, SignalFrame* frame) {
  if (frame != nullptr && IsOnAlternateStack(*frame)) {
    UseAlternateStackOf(*Stack::Current(), *frame);
  } else if (frame != nullptr && HandlesLibrarySignals()) {
    SetSignalMask(frame->mask);
  }
  const SyscallRow* row = FindSyscall(call->number);
  if (row == nullptr) return Perform(*call);
  switch (row->handling) {
    case Handling::kPaths:
    case Handling::kReadlink:
      return CallWithPaths(*call, *row);
    case Handling::kStatfs:
      return Statfs(*call, *row);
    case Handling::kChangeOpen:
      return ChangeOpen(*call, call->arguments[row->data]);
    case Handling::kGetcwd:
      return GetCwd(*call);
    case Handling::kDirectory:
      return ReadDirectory(*call);
    case Handling::kExec:
      return Exec(*call, *row);
    case Handling::kSocketName:
    case Handling::kSocketNameBack:
    case Handling::kMessage:
    case Handling::kMessageBack:
    case Handling::kMessages:
    case Handling::kMessagesBack:
      return CallWithSocketName(*call, *row);
    case Handling::kBlockSignals:
      return BlockSignals(*call, frame);
    case Handling::kWaitMask:
    case Handling::kWaitMaskPair:
      return WaitWithMask(*call, *row);
    case Handling::kSigaction:
      return SetAction(*call);
    case Handling::kMapFile:
      return Perform(*call);
    case Handling::kFsconfig:
      return Fsconfig(*call, *row);
    case Handling::kRefuse:
      return -ENOSYS;
  }
  return -ENOSYS;
}
