// cli/launch/early.h - what happens before libc.
//
// The binary's entry point is ours (reloc_start, start_x86_64.S). Called under
// a program's name it finds the pack, builds the view and tries the engines
// right here: glibc's own start-up would cost more than all of that (0.5-0.7 ms
// in a virtual machine: it executes 68 CPUID instructions, each of which traps
// to the hypervisor). It jumps on to libc's _start only if the command line is
// for the tool, or if there is something to tell the user.
//
// What was found out stays in Early(), where main() finds it.
#ifndef CLI_LAUNCH_EARLY_H_
#define CLI_LAUNCH_EARLY_H_

#include "cli/launch/dispatch.h"
#include "cli/launch/pack_launch.h"
#include "engines/inprocess/inprocess.h"
#include "engines/roster.h"

namespace relocatable {

struct EarlyState {
  bool ran;
  // A program in a view has executed this binary (engines/inprocess): paths are
  // that view's, for the hosted half. So it is main() that finds out what is to
  // be started.
  bool nested;
  Dispatch dispatch;
  PackLaunchSpace space;
  Launch launch;              // kProgram: complete
  char self[PATH_MAX];        // launch.self
  const char* cannot_launch;  // kProgram: why `launch` is not; else nullptr
  Attempts attempts;          // engines that refused so far
};

}  // namespace relocatable

extern "C" {

// The one EarlyState's storage: zeros, and no object with a constructor, which
// libc's start-up would run after RelocatableEarly has filled it.
extern unsigned char reloc_early[sizeof(relocatable::EarlyState)];

// `stack` is the stack pointer at entry: argc, argv, NULL, envp, NULL, auxv
// (System V ABI, AMD64 supplement, 3.4.1); `hosted` and `hosted_size` are where
// the hosted half lies. Returns if libc is needed.
void RelocatableEarly(long* stack, const char* hosted,
                      unsigned long hosted_size);

// ExecThrough() (engines/roster.h) of the freestanding half, for the hosted
// one: the in-process engine works only where it was linked to be.
void RelocatableExecThrough(const relocatable::Chain* chain,
                            const relocatable::Launch* launch,
                            relocatable::Attempts* attempts);

// DescribeLoaderStart() (engines/inprocess/inprocess.h) in the same way.
void RelocatableDescribeLoaderStart(const relocatable::Launch* launch,
                                    relocatable::LoaderStart* start,
                                    relocatable::Outcome* outcome);
}

namespace relocatable {

inline EarlyState& Early() {
  return *reinterpret_cast<EarlyState*>(reloc_early);
}

}  // namespace relocatable

#endif  // CLI_LAUNCH_EARLY_H_
