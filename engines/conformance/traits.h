// engines/conformance/traits.h - in what an engine may differ from the kernel.
//
// A trait is a promise about a difference, with a reason; cases name the facts
// that show it. docs/engines/NAME.md lists each engine's.
#ifndef ENGINES_CONFORMANCE_TRAITS_H_
#define ENGINES_CONFORMANCE_TRAITS_H_

namespace relocatable {

enum class Trait {
  // The program is in a user namespace in which only its own user and group
  // exist: other owners and its supplementary groups read as 65534, and its
  // capability bounding set is a namespace's.
  kOneIdMap,
  // "/" is the view's own, which nobody can write to: EROFS for who may, and
  // for
  // who may not.
  kOwnRoot,
  // So are the directories between "/" and a mount.
  kOwnWay,
  // A working directory that no path leads to (it is deleted, or its name is
  // longer than PATH_MAX) stays the host's: relative names work in it, but it
  // and what is above it have no names.
  kNamelessDirectory,
  // The engine catches the program's calls by a seccomp filter:
  // /proc/self/status shows it, with NO_NEW_PRIVS, which the filter asks for
  // (so
  // setuid programs gain nothing).
  kSeccompFilter,
  // The engine lives in the program's process by two or three signals, which
  // /proc/self/status shows as caught.
  kCatchesSignals,
  // SIGSYS is never blocked: the kernel ends a process whose call traps with it
  // blocked. A mask that is read back lacks it.
  kSigsysNeverBlocked,
  // A tracer stands beside the program, a child of process 1 that ends when the
  // program's last process does. /proc/self/status names it, a stopped process
  // is in the state "t", not "T", and a program cannot trace another (EPERM).
  kTraced,
};

}  // namespace relocatable

#endif  // ENGINES_CONFORMANCE_TRAITS_H_
