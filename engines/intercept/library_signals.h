// engines/intercept/library_signals.h - signals 32 and 33, by which C libraries
// cancel their threads (below SIGRTMIN, so no program has them; glibc's
// SIGCANCEL is 32, musl's 33).
//
// Their handlers look at where the signal came: musl's cancels only if that is
// its own system call instruction, and glibc's unwinds from there, so that C++
// destructors and cleanup handlers run. A call that blocks in the interceptor
// must therefore look to them as if it blocked at its site. What the kernel
// calls is reloc_library_signal, which shows them that. It jumps to glibc's
// handler of SIGCANCEL: no frame of ours is between the two, for an unwinder
// could not cross it; if the handler returns, the site makes its call again. It
// calls the others (glibc's of setuid, musl's), which never unwind; if they let
// the program go on, the call goes on where it was.
//
// Freestanding.
#ifndef ENGINES_INTERCEPT_LIBRARY_SIGNALS_H_
#define ENGINES_INTERCEPT_LIBRARY_SIGNALS_H_

#include "engines/intercept/call.h"
#include "engines/intercept/signal_action.h"

namespace relocatable {

inline constexpr int kFirstLibrarySignal = 32, kLastLibrarySignal = 33;
inline bool IsLibrarySignal(long signal) {
  return signal >= kFirstLibrarySignal && signal <= kLastLibrarySignal;
}

// Whether a library has a handler of one. While a trap is on its way to its
// stack in the pool these signals must then be blocked.
bool HandlesLibrarySignals();
inline constexpr uint64_t kLibrarySignals = uint64_t{3} << 31;

long SetLibraryAction(const Call& call);  // rt_sigaction of one

}  // namespace relocatable

// For reloc_library_signal: the handler to jump to, once `frame` is shown as it
// would be at the site; nullptr if it was called.
extern "C" relocatable::SignalHandler RelocatableLibrarySignal(
    int signal, void* info, relocatable::SignalFrame* frame);

#endif  // ENGINES_INTERCEPT_LIBRARY_SIGNALS_H_
