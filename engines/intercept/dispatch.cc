#include "engines/intercept/dispatch.h"

#include <asm/unistd.h>
#include <errno.h>

#include "base/bare/syscall.h"
#include "engines/intercept/alternate_stack.h"
#include "engines/intercept/directory.h"
#include "engines/intercept/entry.h"
#include "engines/intercept/exec.h"
#include "engines/intercept/library_signals.h"
#include "engines/intercept/map_code.h"
#include "engines/intercept/path_call.h"
#include "engines/intercept/perform.h"
#include "engines/intercept/read_only.h"
#include "engines/intercept/session.h"
#include "engines/intercept/signal_action.h"
#include "engines/intercept/signals.h"
#include "engines/intercept/sockets.h"
#include "engines/intercept/stack_pool.h"
#include "engines/intercept/syscall_table.h"
#include "engines/intercept/trace_me.h"
#include "engines/intercept/tracer_report.h"
#include "engines/intercept/translate.h"

unsigned char reloc_in_table[512];

namespace relocatable {
namespace {

constexpr long kAtFdcwd = -100;

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

long MapFile(const Call& call) {
  const long* a = call.arguments;
  return MapCode(static_cast<uint64_t>(a[0]), static_cast<uint64_t>(a[1]), a[2],
                 a[3], a[4], static_cast<uint64_t>(a[5]));
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

void RelocatableInterceptTraced(SignalFrame* frame) {
  ReadAlternateStack(*frame);
  if (IsOnAlternateStack(*frame)) frame->mask = SignalMask();
  Call call = {static_cast<long>(frame->rax),
               {static_cast<long>(frame->rdi), static_cast<long>(frame->rsi),
                static_cast<long>(frame->rdx), static_cast<long>(frame->r10),
                static_cast<long>(frame->r8), static_cast<long>(frame->r9)},
               frame->rip};
  frame->rax = static_cast<uint64_t>(RelocatableIntercept(&call, frame));
  ReportToTracer();
}

long RelocatableDispatch(Call* call, SignalFrame* frame) {
  if (frame != nullptr && IsOnAlternateStack(*frame)) {
    UseAlternateStackOf(*Stack::Current(), *frame);
  } else if (frame != nullptr && session.floor == Floor::kTraps &&
             HandlesLibrarySignals()) {
    SetSignalMask(frame->mask);
  }
  const SyscallRow* row = FindSyscall(call->number);
  if (row == nullptr) return Perform(*call);
  // Only a floor needs its signal unblocked.
  if (session.floor == Floor::kNone &&
      (row->handling == Handling::kBlockSignals ||
       row->handling == Handling::kWaitMask ||
       row->handling == Handling::kWaitMaskPair)) {
    return Perform(*call);
  }
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
      return MapFile(*call);
    case Handling::kFsconfig:
      return Fsconfig(*call, *row);
    case Handling::kTraceMe:
      return TraceMe(*call);
    case Handling::kRefuse:
      return -ENOSYS;
  }
  return -ENOSYS;
}
