#include "engines/intercept/tracer_report.h"

#include <asm/unistd.h>

#include "base/bare/syscall.h"
#include "engines/intercept/entry.h"
#include "engines/intercept/session.h"
#include "engines/intercept/signal_action.h"

namespace relocatable {

using bare::Syscall;

void ReportToTracer() {
  if (session.floor != Floor::kTracerOfAll) return;
  if ((SignalMask() & kSigtrapBit) != 0) return;
  SignalAction action = {};
  Syscall(__NR_rt_sigaction, kSigtrap, nullptr, &action, 8);
  reloc_report();
  if (IsIgnore(action.handler)) {
    Syscall(__NR_rt_sigaction, kSigtrap, &action, nullptr, 8);
  }
}

}  // namespace relocatable
