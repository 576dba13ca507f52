// engines/intercept/signal_action.h - struct sigaction as the kernel has it
// (include/linux/signal_types.h), and whose the interceptor's record of it is.
//
// Freestanding.
#ifndef ENGINES_INTERCEPT_SIGNAL_ACTION_H_
#define ENGINES_INTERCEPT_SIGNAL_ACTION_H_

#include <stdint.h>

namespace relocatable {

using SignalHandler = void (*)(int, void*, void*);

struct SignalAction {
  SignalHandler handler;
  uint64_t flags;
  void (*restorer)();
  uint64_t mask;
};

inline constexpr SignalHandler kDefaultHandler = nullptr;

inline bool IsIgnore(SignalHandler handler) {
  return reinterpret_cast<uint64_t>(handler) == 1;
}
inline bool IsFunction(SignalHandler handler) {
  return reinterpret_cast<uint64_t>(handler) > 1;
}

// The thread's mask.
uint64_t SignalMask();

// rt_sigprocmask(2), SIG_SETMASK.
void SetSignalMask(uint64_t mask);

// What the program sets for the signals that the kernel has other handlers of
// is kept in this process's memory. The child of a vfork (posix_spawn resets
// its signals) has actions of its own and this memory: it must not keep its own
// here, where the parent would find them.
//
// Makes this process the owner of what is kept. Called once.
void OwnActions();

// Whether what this process sets belongs there. A fork's child has a copy, and
// becomes its owner.
bool OwnsActions();

}  // namespace relocatable

#endif  // ENGINES_INTERCEPT_SIGNAL_ACTION_H_
