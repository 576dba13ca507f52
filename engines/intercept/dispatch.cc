#include "engines/intercept/dispatch.h"

#include <asm/unistd.h>
#include <errno.h>

#include "engines/intercept/directory.h"
#include "engines/intercept/entry.h"
#include "engines/intercept/exec.h"
#include "engines/intercept/open_flags.h"
#include "engines/intercept/read_only.h"
#include "engines/intercept/signals.h"
#include "engines/intercept/sockets.h"
#include "engines/intercept/stack_pool.h"
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
  return StandInFor(place);
}

// Translates path `i` of the call. 0, with the place's path in the call, or an
// errno.
int TranslateArgument(Call& call, const PathArgument& argument, bool exactly,
                      Place& place) {
  const PathRequest request = RequestOf(call, argument);
  const int error =
      exactly ? TranslateExactly(request, place) : Translate(request, place);
  if (error != 0) return error;
  if (place.only_in_view) {
    if (const int refused = UseStandIn(argument, place)) return refused;
  }
  if (const int refused =
          CheckReadOnly(call, argument, request.follow, place)) {
    return refused;
  }
  call.Set(argument.path, place.path);
  return 0;
}

bool IsNotFound(long result) { return result == -ENOENT || result == -ENOTDIR; }

// Whether the exact way may find what the kernel did not: some link is
// involved.
bool WorthAskingAgain(const Call& original, const PathArgument& argument,
                      const Place& place) {
  if (place.exact || place.path == nullptr) return false;
  const PathRequest request = RequestOf(original, argument);
  return MayLeadThroughALink(place.path, request.dirfd, request.follow);
}

// One attempt: all paths translated, then the call. `retry` tells whether
// another, exact one may do better.
long Attempt(const Call& original, const SyscallRow& row, bool exactly,
             bool& retry) {
  Call call = original;
  Place places[2];
  bool used[2] = {};
  for (int i = 0; i < 2; ++i) {
    const PathArgument& argument = row.paths[i];
    if (argument.path == kNoArgument) break;
    if (!IsPath(call.Pointer<const char>(argument.path))) continue;
    used[i] = true;
    const int error = TranslateArgument(call, argument, exactly, places[i]);
    if (error != 0) {
      retry = !exactly && IsNotFound(-error) &&
              WorthAskingAgain(original, argument, places[i]);
      return -error;
    }
  }
  const long result = Perform(call);
  if (!exactly && IsNotFound(result)) {
    for (int i = 0; i < 2; ++i) {
      retry |= used[i] && WorthAskingAgain(original, row.paths[i], places[i]);
    }
  }
  if (row.handling == Handling::kReadlink && used[0]) {
    return ShowLinkText(places[0].path, call.Pointer<char>(row.data), result,
                        static_cast<size_t>(call.arguments[row.size]));
  }
  return result;
}

long CallWithPaths(const Call& call, const SyscallRow& row) {
  bool retry = false;
  const long result = Attempt(call, row, false, retry);
  if (!retry) return result;
  bool ignored = false;
  return Attempt(call, row, true, ignored);
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
  const long result = reloc_on_stack(call, frame, stack->top());
  GiveStackBack(stack);
  return result;
}

long RelocatableDispatch(Call* call, SignalFrame* frame) {
  const SyscallRow* row = FindSyscall(call->number);
  if (row == nullptr) return Perform(*call);
  switch (row->handling) {
    case Handling::kPaths:
    case Handling::kReadlink:
      return CallWithPaths(*call, *row);
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
