#include "engines/intercept/library_signals.h"

#include <asm/unistd.h>
#include <errno.h>

#include "base/bare/syscall.h"
#include "engines/intercept/entry.h"
#include "engines/intercept/memory_range.h"
#include "engines/intercept/session.h"
#include "engines/intercept/stack_pool.h"

namespace relocatable {
namespace {

using bare::Syscall;

constexpr long kFirst = kFirstLibrarySignal, kLast = kLastLibrarySignal;
constexpr int kUnwinds = 32;  // glibc's SIGCANCEL
constexpr uint64_t kSyscallSize = 2, kRedZone = 128;

SignalAction actions[kLast - kFirst + 1];  // what the library set

// Whether the call on `stack`, interrupted as `frame` says, has done nothing
// yet: then its site may make it again.
bool MayBeMadeAgain(const Stack& stack, const SignalFrame& frame) {
  const auto begin = reinterpret_cast<uint64_t>(reloc_perform);
  const auto made = reinterpret_cast<uint64_t>(reloc_perform_syscall) + 2;
  if (frame.rip >= begin && frame.rip < made) return true;
  if (frame.rip == made) return frame.rax == static_cast<uint64_t>(-EINTR);
  return !stack.performed;
}

// `frame` as if the signal had come at the `syscall` that trapped. Its mask and
// its vector registers are the program's already; a traced call's frame has
// neither flags nor segments.
void ShowAtSite(const SignalFrame& trap, SignalFrame& frame) {
  const SignalFrame was = frame;
  frame = trap;
  frame.rip = trap.rip - kSyscallSize;
  frame.flags = was.flags;
  frame.link = was.link;
  frame.fp_state = was.fp_state;
  frame.mask = was.mask;
  frame.eflags = was.eflags;
  frame.segments = was.segments;
}

// The same for the call of a patched site.
void ShowAtPatchedSite(const Call& call, SignalFrame& frame) {
  const KeptRegisters& kept = reinterpret_cast<const KeptRegisters*>(&call)[-1];
  frame.r12 = kept.r12;
  frame.r13 = kept.r13;
  frame.r14 = kept.r14;
  frame.r15 = kept.r15;
  frame.rbx = kept.rbx;
  frame.rbp = kept.rbp;
  const auto argument = [&](int i) {
    return static_cast<uint64_t>(call.arguments[i]);
  };
  frame.rdi = argument(0);
  frame.rsi = argument(1);
  frame.rdx = argument(2);
  frame.r10 = argument(3);
  frame.r8 = argument(4);
  frame.r9 = argument(5);
  frame.rax = static_cast<uint64_t>(call.number);
  frame.rsp = reinterpret_cast<uint64_t>(&call + 1) + kRedZone;
  frame.rip = call.return_to - kSyscallSize;
}

// Where a patched site's call can be made again from: the site's `syscall`
// traps under a floor. Without one it would go to the kernel as it is, so it
// must be the patch, and that is sure to do the same again only where it loads
// the number. 0 if there is no such place.
uint64_t Again(const Call& call) {
  constexpr uint64_t kMovSize = 5;
  const uint64_t syscall = call.return_to - kSyscallSize;
  if (session.floor != Floor::kNone) return syscall;
  const auto* jump = reinterpret_cast<const uint8_t*>(syscall - kMovSize);
  int32_t distance;
  __builtin_memcpy(&distance, jump + 1, sizeof(distance));
  const bool loads = jump[0] == 0xe9 && jump[kMovSize + distance] == 0xb8;
  return loads ? syscall - kMovSize : 0;
}

// The call that `frame` interrupted, and which may be made again, or nullptr.
const Stack* FindCall(const SignalFrame& frame) {
  const Stack* stack =
      InInterceptorCode(frame.rip) ? StackAt(frame.rsp) : nullptr;
  return stack != nullptr && MayBeMadeAgain(*stack, frame) ? stack : nullptr;
}

void Show(const Stack& stack, SignalFrame& frame) {
  if (stack.trap != nullptr) {
    ShowAtSite(*stack.trap, frame);
  } else {
    ShowAtPatchedSite(*reinterpret_cast<const Call*>(stack.caller), frame);
  }
}

void CallHandler(int signal, void* info, SignalFrame& frame) {
  const SignalHandler handler = actions[signal - kFirst].handler;
  const Stack* stack = FindCall(frame);
  if (stack == nullptr) return handler(signal, info, &frame);
  const SignalFrame was = frame;
  Show(*stack, frame);
  const uint64_t shown = frame.rip;
  handler(signal, info, &frame);
  if (frame.rip != shown) return;
  const uint64_t mask = frame.mask;
  frame = was;
  frame.mask = mask;
}

}  // namespace

bool HandlesLibrarySignals() {
  for (const SignalAction& action : actions) {
    if (IsFunction(action.handler)) return true;
  }
  return false;
}

long SetLibraryAction(const Call& call) {
  const SignalAction* wanted = call.Pointer<const SignalAction>(1);
  SignalAction* old = call.Pointer<SignalAction>(2);
  SignalAction& kept = actions[call.arguments[0] - kFirst];
  const SignalAction before = kept;
  SignalAction ours = {};
  if (wanted != nullptr) {
    ours = *wanted;
    if (OwnsActions()) {
      kept = *wanted;
      if (IsFunction(ours.handler)) ours.handler = reloc_library_signal;
    }
  }
  SignalAction was;
  const long result =
      Syscall(__NR_rt_sigaction, call.arguments[0],
              wanted == nullptr ? nullptr : &ours, &was, call.arguments[3]);
  if (result != 0 || old == nullptr) return result;
  *old = was.handler == reloc_library_signal ? before : was;
  return 0;
}

}  // namespace relocatable

using namespace relocatable;

SignalHandler RelocatableLibrarySignal(int signal, void* info,
                                       SignalFrame* frame) {
  if (signal != kUnwinds) {
    CallHandler(signal, info, *frame);
    return nullptr;
  }
  if (const Stack* stack = FindCall(*frame)) {
    const uint64_t again =
        stack->trap != nullptr
            ? stack->trap->rip - kSyscallSize
            : Again(*reinterpret_cast<const Call*>(stack->caller));
    if (again != 0) {
      Show(*stack, *frame);
      frame->rip = again;
    }
  }
  return actions[signal - kFirst].handler;
}
