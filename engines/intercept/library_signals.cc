#include "engines/intercept/library_signals.h"

#include <asm/unistd.h>
#include <errno.h>

#include "base/bare/syscall.h"
#include "engines/intercept/entry.h"
#include "engines/intercept/memory_range.h"
#include "engines/intercept/stack_pool.h"

namespace relocatable {
namespace {

using bare::Syscall;

constexpr long kFirst = kFirstLibrarySignal, kLast = kLastLibrarySignal;

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
  frame.rip = trap.rip - 2;
  frame.flags = was.flags;
  frame.link = was.link;
  frame.fp_state = was.fp_state;
  frame.mask = was.mask;
  frame.eflags = was.eflags;
  frame.segments = was.segments;
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

SignalHandler RelocatableLibrarySignal(int signal, SignalFrame* frame) {
  const Stack* stack =
      InInterceptorCode(frame->rip) ? StackAt(frame->rsp) : nullptr;
  if (stack != nullptr && stack->trap != nullptr &&
      MayBeMadeAgain(*stack, *frame)) {
    ShowAtSite(*stack->trap, *frame);
  }
  return actions[signal - kFirst].handler;
}
