#include "engines/intercept/signals.h"

#include <asm/unistd.h>
#include <errno.h>

#include "base/bare/syscall.h"
#include "engines/intercept/dispatch.h"
#include "engines/intercept/entry.h"
#include "engines/intercept/memory_range.h"
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

using Handler = void (*)(int, void*, void*);

// struct sigaction as the kernel has it (include/linux/signal_types.h).
struct Action {
  Handler handler;
  uint64_t flags;
  void (*restorer)();
  uint64_t mask;
};
const Handler kDefault = nullptr;

bool IsIgnore(Handler handler) {
  return reinterpret_cast<uint64_t>(handler) == 1;
}
bool IsFunction(Handler handler) {
  return reinterpret_cast<uint64_t>(handler) > 1;
}

// What the program set, by signal; the kernel has ours.
Action program_actions[3];

Action* ActionOf(long signal) {
  switch (signal) {
    case kSigsys:
      return &program_actions[0];
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
  Action* action = ActionOf(signal);
  const Handler handler = action->handler;
  if (IsFunction(handler)) {
    if ((action->flags & kSaResethand) != 0) action->handler = kDefault;
    handler(signal, info, context);
    return;
  }
  // A fault is deadly even where the signal is ignored; a sent one is not.
  if (IsIgnore(handler) && sent_by_a_process) return;
  const Action native = {kDefault, 0, nullptr, 0};
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
  if (fault.code > 0 && InInterceptorCode(frame.rip)) {
    const uint64_t base = frame.rsp & ~uint64_t{kStackSize - 1};
    frame.rsp = base + kStackSize - 16;
    frame.rip = reinterpret_cast<uint64_t>(reloc_landing);
    frame.rax = static_cast<uint64_t>(-EFAULT);
    return;
  }
  Forward(signal, info, context, fault.code <= 0);
}

// The action the kernel gets for one of our signals: our handler, the program's
// mask, and of its flags those that concern the delivery.
Action Ours(long signal, const Action& program) {
  Action ours = {
      signal == kSigsys ? OnTrap : OnFault,
      kSaSiginfo | kSaRestorer | kSaOnstack | kSaNodefer | kSaRestart,
      reloc_restorer, 0};
  if (signal != kSigsys && IsFunction(program.handler)) {
    ours.flags = program.flags | kSaSiginfo | kSaRestorer;
    ours.flags &= ~kSaResethand;
    ours.mask = program.mask & ~Bit(kSigsys);
  }
  return ours;
}

long SetOurs(long signal) {
  const Action ours = Ours(signal, *ActionOf(signal));
  return Syscall(__NR_rt_sigaction, signal, &ours, nullptr, 8);
}

}  // namespace

void TakeSignals(uint64_t ignored) {
  for (long signal : kOurSignals) {
    if ((ignored & Bit(signal)) != 0) {
      ActionOf(signal)->handler = reinterpret_cast<Handler>(1);
    }
    SetOurs(signal);
  }
  const uint64_t mask = Bit(kSigsys);
  constexpr int kUnblock = 1;  // SIG_UNBLOCK
  Syscall(__NR_rt_sigprocmask, kUnblock, &mask, nullptr, 8);
}

uint64_t InheritedIgnoredSignals() {
  uint64_t ignored = 0;
  for (long signal : kOurSignals) {
    Action action = {};
    Syscall(__NR_rt_sigaction, signal, nullptr, &action, 8);
    if (IsIgnore(action.handler)) ignored |= Bit(signal);
  }
  return ignored;
}

void GiveSignalsBack() {
  for (long signal : kOurSignals) {
    const Action native = {ActionOf(signal)->handler, 0, nullptr, 0};
    Syscall(__NR_rt_sigaction, signal, &native, nullptr, 8);
  }
}

uint64_t IgnoredSignals() {
  uint64_t ignored = 0;
  for (long signal : kOurSignals) {
    if (IsIgnore(ActionOf(signal)->handler)) ignored |= Bit(signal);
  }
  return ignored;
}

long SetAction(const Call& call) {
  const long signal = call.arguments[0];
  if (call.arguments[3] != 8) return -EINVAL;
  const Action* wanted = call.Pointer<const Action>(1);
  Action* old = call.Pointer<Action>(2);
  Action* kept = ActionOf(signal);
  if (kept == nullptr) {
    if (wanted == nullptr) return Perform(call);
    Action action = *wanted;
    action.mask &= ~Bit(kSigsys);
    return Syscall(__NR_rt_sigaction, signal, &action, old, 8);
  }
  const Action before = *kept;
  if (wanted != nullptr) {
    *kept = *wanted;
    if (signal != kSigsys) SetOurs(signal);
  }
  if (old != nullptr) *old = before;
  return 0;
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
