// pack/interrupt.h - Ctrl-C and its kin as an error that is returned, so that
// what was half written is removed on the way out.
//
// The first SIGINT, SIGTERM or SIGHUP is only noted; system calls that block
// return EINTR and their callers ask CheckInterrupted(). A second one kills as
// if nothing had been caught. A signal that was ignored (nohup) stays ignored.
#ifndef PACK_INTERRUPT_H_
#define PACK_INTERRUPT_H_

#include <signal.h>

#include "absl/status/status.h"

namespace relocatable {

// While one lives, the three signals are caught. One at a time.
class CatchInterrupts {
 public:
  CatchInterrupts();
  ~CatchInterrupts();
  CatchInterrupts(const CatchInterrupts&) = delete;

 private:
  struct sigaction old_[3];
};

// The signal that was caught, or 0; 0 when there is no CatchInterrupts.
int CaughtInterrupt();

// kCancelled "interrupted by signal 2" once a signal was caught, else OK.
absl::Status CheckInterrupted();

// Blocks the three signals in this thread: a helper thread calls it first, so
// that it is the main thread's system call that returns EINTR.
void LeaveInterruptsToMainThread();

}  // namespace relocatable

#endif  // PACK_INTERRUPT_H_
