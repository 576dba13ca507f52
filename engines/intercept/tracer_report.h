// engines/intercept/tracer_report.h - telling a tracer that stops every call of
// a process that the interceptor is done: while that carries a call out, or
// maps a program, its own calls do not stop.
//
// It is told by an int3, the one stop that a process can cause without a call.
// The tracer takes the SIGTRAP away. The kernel makes sure that this signal
// comes (force_sig_info_to_task, kernel/signal.c): where it is blocked it
// unblocks it, where it is ignored or blocked it sets the action to the
// default. So a thread that blocks SIGTRAP is stopped at every call, as the
// tracer sees for itself; an ignored one is ignored again.
//
// Freestanding.
#ifndef ENGINES_INTERCEPT_TRACER_REPORT_H_
#define ENGINES_INTERCEPT_TRACER_REPORT_H_

#include <stdint.h>

namespace relocatable {

inline constexpr long kSigtrap = 5;
inline constexpr uint64_t kSigtrapBit = uint64_t{1} << (kSigtrap - 1);

// Does nothing on another floor than Floor::kTracerOfAll.
void ReportToTracer();

}  // namespace relocatable

#endif  // ENGINES_INTERCEPT_TRACER_REPORT_H_
