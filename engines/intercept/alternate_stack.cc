#include "engines/intercept/alternate_stack.h"

#include <asm/unistd.h>
#include <stddef.h>

#include "base/bare/syscall.h"
#include "engines/intercept/signal_action.h"

namespace relocatable {
namespace {

using bare::Syscall;

// stack_t, sigaltstack(2).
struct Description {
  uint64_t base;
  int flags;
  uint64_t size;
};
// SS_AUTODISARM is another bit: then the kernel has forgotten the stack, as is
// wanted here.
constexpr uint32_t kOnStack = 1;  // SS_ONSTACK

void SetAlternateStack(uint64_t base, uint64_t size) {
  const Description wanted = {base, 0, size};
  Syscall(__NR_sigaltstack, &wanted, nullptr);
}

}  // namespace

void ReadAlternateStack(SignalFrame& frame) {
  static_assert(offsetof(SignalFrame, stack_size) -
                    offsetof(SignalFrame, stack_base) ==
                offsetof(Description, size));
  Syscall(__NR_sigaltstack, nullptr, &frame.stack_base);
}

bool IsOnAlternateStack(const SignalFrame& frame) {
  const uint64_t at = reinterpret_cast<uint64_t>(&frame);
  return (frame.stack_flags & ~kOnStack) == 0 &&
         at - frame.stack_base < frame.stack_size;
}

void UseAlternateStackOf(Stack& stack, const SignalFrame& frame) {
  SetAlternateStack(reinterpret_cast<uint64_t>(stack.alternate()),
                    Stack::kAlternateSize);
  SetSignalMask(
      frame.mask);  // that of the program: the handler has none of its own
}

void UseAlternateStackOf(const SignalFrame& frame) {
  SetAlternateStack(frame.stack_base, frame.stack_size);
}

}  // namespace relocatable
