#include "engines/inprocess/inprocess.h"

#include <asm/unistd.h>
#include <errno.h>
#include <linux/seccomp.h>
#include <sys/mman.h>

#include <new>

#include "base/bare/str.h"
#include "base/bare/syscall.h"
#include "engines/inprocess/cache.h"
#include "engines/inprocess/filter.h"
#include "engines/inprocess/initial_stack.h"
#include "engines/inprocess/prepare_program.h"
#include "engines/inprocess/prepare_view.h"
#include "engines/inprocess/start.h"
#include "engines/intercept/abi.h"
#include "engines/intercept/entry.h"
#include "engines/intercept/handover.h"
#include "engines/intercept/map_patched.h"
#include "engines/intercept/program.h"
#include "engines/intercept/session.h"
#include "engines/intercept/signals.h"
#include "engines/intercept/start_door.h"
#include "engines/intercept/translate.h"

namespace relocatable {
namespace {

using bare::FixedBuffer;
using bare::Str;
using bare::Syscall;

constexpr long kAtFdcwd = -100;

Outcome Refused(const char* step, int error) {
  return {Outcome::kRefused, step, error};
}

// Everything of one launch that lives until the program is mapped.
struct Workspace {
  Handover handover;
  ViewSpace view;
  LaunchedProgram launched;
  FixedBuffer<kPathCapacity> self;
  FixedBuffer<kPathCapacity> twin_cache;
};

// Whether the host has something at a path where both are to be seen.
bool NeedsUnion(const View& view) {
  for (uint32_t i = 0; i < view.mount_count; ++i) {
    if ((view.mounts[i].flags & kMountUnion) != 0 &&
        Syscall(__NR_faccessat, kAtFdcwd, view.mounts[i].guest, 0) == 0) {
      return true;
    }
  }
  return false;
}

int EnterDirectory(const char* guest) {
  PathRequest request;
  request.path = guest;
  Place place;
  if (const int error = TranslateExactly(request, place)) return error;
  return static_cast<int>(-Syscall(__NR_chdir, place.path));
}

int FindSelf(const Launch& launch, Workspace& w) {
  char text[kPathCapacity];
  const long size =
      Syscall(__NR_readlinkat, kAtFdcwd, "/proc/self/exe", text, sizeof(text));
  if (size > 0) {
    w.self.Append(Str(text, static_cast<size_t>(size)));
  } else {
    w.self.Append(launch.self);
  }
  return w.self.size() > 0 && !w.self.overflow() ? 0 : ENOENT;
}

// A nested launch has its session's.
const char* FindTwinCache(const Launch& launch, Workspace& w) {
  if (session.twin_cache[0] != '\0') return session.twin_cache;
  return FindCache(launch.envp, "twins", w.twin_cache) ? w.twin_cache.c_str()
                                                       : "";
}

// The process starts over as this binary, then as the program.
Outcome StartOver(const Launch& launch, Workspace& w) {
  const long map =
      Syscall(__NR_mmap, nullptr, kHandoverCapacity, PROT_READ | PROT_WRITE,
              MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (map < 0 && map > -4096) return Refused("get memory", ENOMEM);
  bare::Buffer written(reinterpret_cast<char*>(map), kHandoverCapacity);
  if (!WriteHandover(w.handover, written)) {
    return Refused("describe the view", E2BIG);
  }
  const long error =
      -ExecProgramOfView(w.launched.program, Doors::kBoth, w.handover.stub.data,
                         written.c_str(), w.launched.words, launch.envp);
  return Refused("execute this program again", static_cast<int>(error));
}

// What the kernel alone can run (program.h).
Outcome ExecNatively(const Launch& launch, const Workspace& w) {
  const long error =
      -Syscall(__NR_execve, w.launched.program.host.c_str(),
               w.launched.words + kWordsBeforeArguments, launch.envp);
  return {Outcome::kProgramFailed, "execute", static_cast<int>(error)};
}

// Whether nothing at all of a static program can be patched.
bool HasNoSites(const Program& program) {
  if (program.interpreter_host.size() > 0) return false;
  const long fd = Syscall(__NR_openat, kAtFdcwd, program.host.c_str(),
                          02000000 /* O_CLOEXEC */, 0);
  if (fd < 0) return false;
  const uint32_t count = CountPatchSites(fd);
  Syscall(__NR_close, fd);
  return count == 0;
}

Workspace& NewWorkspace() {
  static char space[sizeof(Workspace)] __attribute__((aligned(16)));
  // Not `Workspace()`, which would touch all of its 13 pages.
  return *new (space) Workspace;
}

// Finds out all that is to be known before this process changes.
Outcome Prepare(const Launch& launch, Outcome (*raise)(Floor&), Workspace& w) {
  if (reinterpret_cast<uint64_t>(reloc_abi) != kInterceptBase) {
    return Refused("find the interceptor at its address", ENOSYS);
  }
  const bool nested = IsOnAFloor();
  if (!nested && NeedsUnion(launch.view)) {
    return Refused("show the host's store beside the pack's", ENOSYS);
  }
  if (const int error = PrepareView(launch, w.view, w.handover)) {
    return Refused("find what to show at a path of the view", error);
  }
  if (raise != nullptr) {
    const Outcome refusal = raise(w.handover.floor);
    if (refusal.error != 0) return refusal;
  }
  PreparePayload(launch, w.view, w.handover);
  w.handover.twin_cache = FindTwinCache(launch, w);
  if (launch.cwd != nullptr) {
    if (const int error = EnterDirectory(launch.cwd)) {
      return {Outcome::kProgramFailed, "enter the directory", error};
    }
  }
  if (const int error = PrepareProgram(launch, w.launched)) {
    return {Outcome::kProgramFailed, "execute", error};
  }
  const Program& program = w.launched.program;
  w.handover.ignored_signals =
      nested ? IgnoredSignals() : InheritedIgnoredSignals();
  w.handover.stub =
      program.kind == Program::kStub ? program.host.str() : w.self.str();
  w.handover.program_guest = program.guest.str();
  w.handover.program_host = program.host.str();
  w.handover.interpreter_host = program.interpreter_host.str();
  w.handover.execfn = w.launched.execfn.str();
  w.handover.comm = bare::BaseName(w.launched.execfn.str());
  w.handover.kept_fd = program.kept_fd;
  return {};
}

Outcome HaveNoFloor(Floor& floor) {
  floor = session.floor = Floor::kNone;
  return {};
}

}  // namespace

Outcome TryInprocess(const Launch& launch) {
  if (const int error = CanInstallFilter(SECCOMP_RET_TRAP)) {
    return Refused("use a seccomp filter", error);
  }
  return StartOnFloor(launch, nullptr);
}

Outcome StartOnFloor(const Launch& launch, Outcome (*raise)(Floor&)) {
  Workspace& w = NewWorkspace();
  if (const int error = FindSelf(launch, w)) {
    return Refused("find this program's own file", error);
  }
  const Outcome outcome = Prepare(launch, raise, w);
  if (outcome.error != 0) return outcome;
  const Program& program = w.launched.program;
  if (program.RunsNatively()) return ExecNatively(launch, w);
  if (w.handover.floor == Floor::kNone && HasNoSites(program)) {
    return Refused("patch a system call of this static program", ENOSYS);
  }
  FixedBuffer<kPathCapacity> module;
  if (program.kind == Program::kStub || launch.initial_stack == nullptr ||
      GoesByLoader(program, w.handover.stub, launch.envp, module)) {
    return StartOver(launch, w);
  }
  return BecomeProgram({&w.handover, w.launched.words + kWordsBeforeArguments,
                        w.launched.word_count, launch.initial_stack});
}

Outcome TryWithoutFloor(const Launch& launch) {
  const Outcome outcome = StartOnFloor(launch, HaveNoFloor);
  session.floor = Floor::kToRaise;
  return outcome;
}

Outcome DescribeLoaderStart(const Launch& launch, LoaderStart& start) {
  static char text[kHandoverCapacity];
  Workspace& w = NewWorkspace();
  w.self.Append(launch.self);
  Outcome outcome = Prepare(launch, HaveNoFloor, w);
  bare::Buffer written(text, sizeof(text));
  static FixedBuffer<kPathCapacity> module;
  const Program& program = w.launched.program;
  if (outcome.error == 0 &&
      (!GoesByLoader(program, w.handover.stub, launch.envp, module) ||
       !WriteHandover(w.handover, written) ||
       !PutLoaderWords(program, module.c_str(), text, w.launched.words))) {
    outcome = Refused("start it by its ld.so", ENOSYS);
  }
  session.floor = Floor::kToRaise;
  start = {program.interpreter_host.c_str(), w.launched.words};
  return outcome;
}

Outcome StartNested(const Launch& launch) {
  return StartOnFloor(launch, [](Floor& floor) {
    floor = session.floor;
    return Outcome();
  });
}

bool IsInprocessStart(char* const* argv) { return IsHandover(argv[0]); }

void ContinueInprocess(long* initial_stack) {
  static Handover handover;
  InitialStack stack = ReadInitialStack(initial_stack);
  Outcome outcome = {Outcome::kRefused, "read the handover", EINVAL};
  if (ReadHandover(stack.argv[0], handover)) {
    outcome = IsNested(handover)
                  ? ContinueNested(handover, initial_stack)
                  : BecomeProgram({&handover, stack.argv + 1, stack.argc - 1,
                                   initial_stack});
    if (outcome.error == 0) return;
  }
  FixedBuffer<512> text;
  text.Append("relocatable: ").Append(EngineName(handover));
  text.Append(": cannot ").Append(outcome.step);
  text.Append(" (errno ")
      .AppendNumber(static_cast<unsigned long>(outcome.error));
  text.Append(")\n");
  Syscall(__NR_write, 2, text.c_str(), text.size());
  while (true) Syscall(__NR_exit_group, 125);
}

}  // namespace relocatable
