#include "engines/intercept/signals.h"

#include <asm/unistd.h>
#include <errno.h>

#include "base/bare/syscall.h"
#include "engines/intercept/dispatch.h"
#include "engines/intercept/entry.h"
#include "engines/intercept/library_signals.h"
#include "engines/intercept/memory_range.h"
#include "engines/intercept/perform.h"
#include "engines/intercept/session.h"
#include "engines/intercept/signal_action.h"
#include "engines/intercept/stack_pool.h"

namespace relocatable {
namespace {

using bare::Syscall;

constexpr long kSigbus = 7, kSigkill = 9, kSigsegv = 11, kSigstop = 19,
               kSigsys = 31;
constexpr long kOurSignals[] = {kSigsys, kSigsegv, kSigbus};
constexpr uint64_t Bit(long signal) { return uint64_t{1} << (signal - 1); }

// asm-generic/signal-defs.h
constexpr uint64_t kSaSiginfo = 4, kSaRestorer = 0x04000000,
                   kSaOnstack = 0x08000000, kSaRestart = 0x10000000,
                   kSaNodefer = 0x40000000, kSaResethand = 0x80000000;

// What the program set, by signal; the kernel has ours.
SignalAction program_actions[3];

// nullptr for all others, and on a floor that lives without them: traps need
// all three, and without a floor SIGSYS is the program's own.
SignalAction* ActionOf(long signal) {
  const bool traps = session.floor == Floor::kTraps;
  if (!traps && session.floor != Floor::kNone) return nullptr;
  switch (signal) {
    case kSigsys:
      return traps ? &program_actions[0] : nullptr;
    case kSigsegv:
      return &program_actions[1];
    case kSigbus:
      return &program_actions[2];
    default:
      return nullptr;
  }
}

// A signal that is not ours, given to the program as it asked for.
void Forward(int signal, void* info, void* context, bool sent_by_a_process) {
  SignalAction* action = ActionOf(signal);
  const SignalHandler handler = action->handler;
  if (IsFunction(handler)) {
    if ((action->flags & kSaResethand) != 0) action->handler = kDefaultHandler;
    handler(signal, info, context);
    return;
  }
  // A fault is deadly even where the signal is ignored; a sent one is not.
  if (IsIgnore(handler) && sent_by_a_process) return;
  const SignalAction native = {kDefaultHandler, 0, nullptr, 0};
  Syscall(__NR_rt_sigaction, signal, &native, nullptr, 8);
  // The fault happens again when the instruction is run again; what a process
  // sent, or the kernel made of a trap, must be sent again.
  if (sent_by_a_process || signal == kSigsys) {
    Syscall(__NR_tgkill, Syscall(__NR_getpid), Syscall(__NR_gettid), signal);
  }
}

void OnTrap(int signal, void* info, void* context) {
  constexpr int kSysSeccomp = 1;  // si_code, sigaction(2)
  const TrapInfo& trap = *static_cast<const TrapInfo*>(info);
  if (trap.code != kSysSeccomp || trap.error != kTrapData) {
    Forward(signal, info, context, trap.code <= 0);
    return;
  }
  SignalFrame& frame = *static_cast<SignalFrame*>(context);
  Call call = {trap.number,
               {static_cast<long>(frame.rdi), static_cast<long>(frame.rsi),
                static_cast<long>(frame.rdx), static_cast<long>(frame.r10),
                static_cast<long>(frame.r8), static_cast<long>(frame.r9)},
               frame.rip};
  frame.rax = static_cast<uint64_t>(RelocatableIntercept(&call, &frame));
}

// A fault while a call is carried out: the program's pointer is bad.
void OnFault(int signal, void* info, void* context) {
  const TrapInfo& fault = *static_cast<const TrapInfo*>(info);
  SignalFrame& frame = *static_cast<SignalFrame*>(context);
  Stack* stack = InInterceptorCode(frame.rip) ? StackAt(frame.rsp) : nullptr;
  if (fault.code > 0 && stack != nullptr) {
    frame.rsp = reinterpret_cast<uint64_t>(stack->top()) - 16;
    frame.rip = reinterpret_cast<uint64_t>(reloc_landing);
    frame.rax = static_cast<uint64_t>(-EFAULT);
    return;
  }
  Forward(signal, info, context, fault.code <= 0);
}

// The action the kernel gets for one of our signals: our handler, the program's
// mask, and of its flags those that concern the delivery.
SignalAction Ours(long signal, const SignalAction& program) {
  SignalAction ours = {
      signal == kSigsys ? OnTrap : OnFault,
      kSaSiginfo | kSaRestorer | kSaOnstack | kSaNodefer | kSaRestart,
      reloc_restorer,
      signal == kSigsys && HandlesLibrarySignals() ? kLibrarySignals : 0};
  if (signal != kSigsys && IsFunction(program.handler)) {
    ours.flags = program.flags | kSaSiginfo | kSaRestorer;
    ours.flags &= ~kSaResethand;
    ours.mask = program.mask & ~Bit(kSigsys);
  }
  return ours;
}

// What the kernel has for the signal.
void ReadAction(long signal, SignalAction& action) {
  action = {};
  Syscall(__NR_rt_sigaction, signal, nullptr, &action, 8);
}

long SetOurs(long signal) {
  const SignalAction ours = Ours(signal, *ActionOf(signal));
  return Syscall(__NR_rt_sigaction, signal, &ours, nullptr, 8);
}

}  // namespace

void TakeSignals(uint64_t ignored) {
  OwnActions();
  for (long signal : kOurSignals) {
    if (ActionOf(signal) == nullptr) continue;
    if ((ignored & Bit(signal)) != 0) {
      ActionOf(signal)->handler = reinterpret_cast<SignalHandler>(1);
    }
    SetOurs(signal);
  }
  if (session.floor != Floor::kTraps) return;
  const uint64_t mask = Bit(kSigsys);
  constexpr int kUnblock = 1;  // SIG_UNBLOCK
  Syscall(__NR_rt_sigprocmask, kUnblock, &mask, nullptr, 8);
}

uint64_t InheritedIgnoredSignals() {
  uint64_t ignored = 0;
  for (long signal : kOurSignals) {
    SignalAction action;
    ReadAction(signal, action);
    if (IsIgnore(action.handler)) ignored |= Bit(signal);
  }
  return ignored;
}

void GiveSignalsBack() {
  for (long signal : kOurSignals) {
    if (ActionOf(signal) == nullptr) continue;
    const SignalAction native = {ActionOf(signal)->handler, 0, nullptr, 0};
    Syscall(__NR_rt_sigaction, signal, &native, nullptr, 8);
  }
}

// What a vfork's child sets is the kernel's alone, but for SIGSYS. Bad pointers
// of its calls are then as deadly as the program's own faults.
bool IsKept(long signal) { return signal == kSigsys || OwnsActions(); }

uint64_t IgnoredSignals() {
  uint64_t ignored = 0;
  for (long signal : kOurSignals) {
    if (ActionOf(signal) == nullptr) continue;
    SignalAction action = *ActionOf(signal);
    if (!IsKept(signal)) ReadAction(signal, action);
    if (IsIgnore(action.handler)) ignored |= Bit(signal);
  }
  return ignored;
}

// rt_sigaction of one of our signals.
long SetOurAction(const Call& call) {
  const long signal = call.arguments[0];
  const SignalAction* wanted = call.Pointer<const SignalAction>(1);
  SignalAction* old = call.Pointer<SignalAction>(2);
  SignalAction* kept = ActionOf(signal);
  SignalAction before = *kept;
  if (OwnsActions()) {
    if (wanted != nullptr) {
      *kept = *wanted;
      if (signal != kSigsys) SetOurs(signal);
    }
  } else if (signal != kSigsys) {
    SignalAction native;
    ReadAction(signal, native);
    if (native.handler != OnFault) before = native;
    if (wanted != nullptr) {
      Syscall(__NR_rt_sigaction, signal, wanted, nullptr, 8);
    }
  }
  if (old != nullptr) *old = before;
  return 0;
}

long SetAction(const Call& call) {
  const long signal = call.arguments[0];
  if (call.arguments[3] != 8) return -EINVAL;
  if (IsLibrarySignal(signal)) {
    const long result = SetLibraryAction(call);
    if (session.floor == Floor::kTraps) SetOurs(kSigsys);
    return result;
  }
  if (ActionOf(signal) != nullptr) return SetOurAction(call);
  if (session.floor != Floor::kTraps) return Perform(call);
  const SignalAction* wanted = call.Pointer<const SignalAction>(1);
  if (wanted == nullptr) return Perform(call);
  SignalAction action = *wanted;
  action.mask &= ~Bit(kSigsys);
  return Syscall(__NR_rt_sigaction, signal, &action,
                 call.Pointer<SignalAction>(2), 8);
}

long BlockSignals(const Call& call, SignalFrame* frame) {
  constexpr long kBlock = 0, kUnblock = 1, kSetmask = 2;
  if (call.arguments[3] != 8) return -EINVAL;
  const uint64_t* set = call.Pointer<const uint64_t>(1);
  uint64_t* old = call.Pointer<uint64_t>(2);
  const uint64_t wanted = set == nullptr ? 0 : *set & ~Bit(kSigsys);
  if (frame == nullptr) {
    return Syscall(__NR_rt_sigprocmask, call.arguments[0],
                   set == nullptr ? nullptr : &wanted, old, 8);
  }
  // Trapped: the mask in force is the frame's, when the handler returns.
  const uint64_t before = frame->mask;
  if (set != nullptr) {
    switch (call.arguments[0]) {
      case kBlock:
        frame->mask = before | wanted;
        break;
      case kUnblock:
        frame->mask = before & ~*set;
        break;
      case kSetmask:
        frame->mask = wanted;
        break;
      default:
        return -EINVAL;
    }
    frame->mask &= ~(Bit(kSigkill) | Bit(kSigstop));
  }
  if (old != nullptr) *old = before;
  return 0;
}

long WaitWithMask(const Call& call, const SyscallRow& row) {
  Call copy = call;
  uint64_t mask = 0;
  struct Pair {
    const uint64_t* mask;
    uint64_t size;
  } pair = {};
  if (row.handling == Handling::kWaitMaskPair) {
    const Pair* given = call.Pointer<const Pair>(row.data);
    if (given == nullptr) return Perform(call);
    pair = *given;
    if (pair.mask == nullptr) return Perform(call);
    mask = *pair.mask & ~Bit(kSigsys);
    pair.mask = &mask;
    copy.Set(row.data, &pair);
    return Perform(copy);
  }
  const uint64_t* given = call.Pointer<const uint64_t>(row.data);
  if (given == nullptr) return Perform(call);
  mask = *given & ~Bit(kSigsys);
  copy.Set(row.data, &mask);
  return Perform(copy);
}

}  // namespace relocatable
