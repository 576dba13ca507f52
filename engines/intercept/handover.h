// engines/intercept/handover.h - what one start of this binary tells the next:
// the session and the program to map. It travels as an argument in front of the
// program's own, which the receiver takes away: no variable, file or descriptor
// that a child could inherit.
//
// A frozen text format, since a pack's program may start another pack's: the
// magic with a version, then fields as netstrings ("5:hello,").
//
// Freestanding.
#ifndef ENGINES_INTERCEPT_HANDOVER_H_
#define ENGINES_INTERCEPT_HANDOVER_H_

#include "base/bare/str.h"
#include "engines/intercept/program.h"
#include "engines/intercept/session.h"
#include "engines/view/payload.h"
#include "engines/view/view.h"

namespace relocatable {

inline constexpr size_t kHandoverCapacity = 48 * 1024;
inline constexpr uint32_t kMaxSessionMounts = 64;

// A handover in which the program is the binary itself (program_host is `stub`)
// is a nested start: the view and the floor are those of the program that
// executed it, and it goes on as what it is, the tool or a pack's name.
struct Handover {
  Floor floor = Floor::kToRaise;
  uint64_t ignored_signals = 0;  // of ours, those the program ignores
  bool holds_exec_trap = false;  // trace_me.h
  bare::Str stub;                // host path of this binary
  bare::Str twin_cache;          // session.h
  Payload payload;
  bare::Str root;
  Mount mounts[kMaxSessionMounts];
  uint32_t mount_count = 0;
  bare::Str program_guest;
  bare::Str program_host;
  bare::Str interpreter_host;  // empty: static
  bare::Str execfn;            // AT_EXECFN for the program
  bare::Str comm;              // what the process is called, /proc/self/comm
  long kept_fd = -1;           // of a program without a name (program.h)
};

// The engine that a start belongs to, for messages.
inline const char* EngineName(const Handover& handover) {
  switch (handover.floor) {
    case Floor::kNone:
      return "fakechroot";
    case Floor::kTracer:
    case Floor::kTracerOfAll:
      return "proot";
    default:
      return "inprocess";
  }
}

inline bool IsNested(const Handover& handover) {
  return handover.program_host == handover.stub;
}

// Adds a process's mounts, its layer first (engines/view/layer.h).
void AddMounts(const View& view, Handover& handover);

// Whether an argument is a handover.
bool IsHandover(const char* argument);

// Writes `handover`; false if it does not fit.
bool WriteHandover(const Handover& handover, bare::Buffer& to);

// Reads one in place: the strings of `handover` point into `text`, which is
// changed (fields become NUL-terminated). False if it is damaged.
bool ReadHandover(char* text, Handover& handover);

}  // namespace relocatable

#endif  // ENGINES_INTERCEPT_HANDOVER_H_
