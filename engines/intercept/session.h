// engines/intercept/session.h - what the interceptor knows of its process: set
// once before the program starts, never changed (but for the program's own
// handlers of our signals, see signals.h).
//
// Freestanding.
#ifndef ENGINES_INTERCEPT_SESSION_H_
#define ENGINES_INTERCEPT_SESSION_H_

#include <stdint.h>

#include "engines/view/payload.h"
#include "engines/view/view.h"

namespace relocatable {

// What brings the calls of sites that are not patched to the interceptor.
enum class Floor : unsigned char {
  // There is no session yet; in a handover: traps, by a filter that is still to
  // be installed.
  kToRaise = 0,
  kTraps = 1,   // a seccomp filter's traps: SIGSYS
  kTracer = 2,  // a tracer that sends them here (engines/proot)
  kNone = 3,    // nothing: only patched sites are served
  // A tracer that stops every call but the interceptor's own; it is told when
  // the program goes on (tracer_report.h).
  kTracerOfAll = 4,
};

struct Session {
  View view;  // host paths real: no links in them, so that they map back
  // Whether some mount's guest path exists on the host: then the kernel could
  // follow a link into what the mount hides, and nothing is left to it.
  bool hides_host = false;
  Floor floor = Floor::kToRaise;
  bool patches_code = false;  // as it is mapped (map_code.h)

  const char* program_guest = "";  // what /proc/self/exe is to the program
  const char* program_host = "";
  Payload payload;
  const char* stub = "";        // this binary: each exec goes through it
  const char* twin_cache = "";  // a directory (twin_cache.h); "": none

  // Where the dynamic linker's code is mapped; nothing without one.
  uint64_t linker_start = 0;
  uint64_t linker_end = 0;

  // The hosted half of this binary in memory, unmapped before the program is
  // mapped: ET_EXEC programs want the same addresses.
  const char* disposable = nullptr;
  uint64_t disposable_size = 0;
};

// Initialised without a constructor, which nobody would run.
extern constinit Session session;

// Whether this process is a nested start: a program on a floor has executed
// this binary, which sees that program's view. No engine can be taken then,
// since the floor is not to be got rid of.
inline bool IsOnAFloor() { return session.floor != Floor::kToRaise; }

}  // namespace relocatable

#endif  // ENGINES_INTERCEPT_SESSION_H_
