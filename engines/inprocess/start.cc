#include "engines/inprocess/start.h"

#include <asm/unistd.h>
#include <errno.h>
#include <linux/prctl.h>
#include <linux/seccomp.h>
#include <sys/mman.h>

#include "base/bare/str.h"
#include "base/bare/syscall.h"
#include "engines/inprocess/filter.h"
#include "engines/inprocess/initial_stack.h"
#include "engines/inprocess/load_elf.h"
#include "engines/intercept/abi.h"
#include "engines/intercept/dispatch.h"
#include "engines/intercept/entry.h"
#include "engines/intercept/payload_file.h"
#include "engines/intercept/session.h"
#include "engines/intercept/signal_action.h"
#include "engines/intercept/signals.h"
#include "engines/intercept/stack_pool.h"
#include "engines/intercept/thread_x86_64.h"
#include "engines/intercept/trace_me.h"
#include "engines/intercept/tracer_report.h"
#include "engines/view/layer.h"
#include "engines/view/map.h"

namespace relocatable {

constinit Session session;
bool can_read_thread_pointer;

namespace {

using bare::Str;
using bare::Syscall;

// The session's strings: the arguments they come from are the program's to
// overwrite.
char arena[128 * 1024];
size_t arena_used;
Mount session_mounts[kMaxSessionMounts];

const char* Keep(Str text) {
  bare::Buffer kept(arena + arena_used, sizeof(arena) - arena_used);
  kept.Append(text);
  arena_used += kept.size() + 1;
  return kept.c_str();
}

// A launch has seen that the host has no way to a mount, nor what is below it.
bool IsOnAWay(const View& view, Str guest) {
  for (uint32_t i = 0; i < view.mount_count; ++i) {
    if ((view.mounts[i].flags & kMountWay) != 0 &&
        IsAtOrBelow(guest, view.mounts[i].guest)) {
      return true;
    }
  }
  return false;
}

bool HidesHost(const View& view) {
  constexpr long kAtFdcwd = -100;
  for (uint32_t i = 0; i < view.mount_count; ++i) {
    const char* const guest = view.mounts[i].guest;
    if (!IsOnAWay(view, guest) &&
        Syscall(__NR_faccessat, kAtFdcwd, guest, 0) == 0) {
      return true;
    }
  }
  return false;
}

void OpenSession(const Handover& h) {
  for (uint32_t i = 0; i < h.mount_count; ++i) {
    session_mounts[i] = {Keep(h.mounts[i].guest), Keep(h.mounts[i].host),
                         h.mounts[i].flags};
  }
  session.view = MakeView(Keep(h.root), session_mounts, h.mount_count);
  session.hides_host = HidesHost(session.view);
  session.view.layer_first = IsInLayer(session.view, h.program_host) ||
                             IsInLayer(session.view, h.interpreter_host);
  session.floor = h.floor == Floor::kToRaise ? Floor::kTraps : h.floor;
  session.patches_code =
      session.floor == Floor::kNone || session.floor == Floor::kTraps;
  session.stub = Keep(h.stub);
  session.twin_cache = Keep(h.twin_cache);
  const bool is_open = session.payload.directory == h.payload.directory;
  session.payload = h.payload;
  session.payload.directory = Keep(h.payload.directory);
  session.payload.file = Keep(h.payload.file);
  if (!is_open) OpenPayload();  // else before the program was looked for
  session.program_guest = Keep(h.program_guest);
  session.program_host = Keep(h.program_host);
}

[[noreturn]] void Die(const Handover& h, const char* what, long error) {
  bare::FixedBuffer<256> text;
  text.Append("relocatable: ").Append(EngineName(h)).Append(": cannot ");
  text.Append(what).Append(" (errno ");
  text.AppendNumber(static_cast<unsigned long>(error)).Append(")\n");
  Syscall(__NR_write, 2, text.c_str(), text.size());
  while (true) Syscall(__NR_exit_group, 125);
}

struct Job {
  StartRequest request;
  ElfImage& program;
  ElfImage& interpreter;
  bool has_interpreter;
};

// /proc/PID/{cmdline,environ,auxv} as if the kernel had started the program:
// the handover is not seen. Needs a kernel with CONFIG_CHECKPOINT_RESTORE;
// where it is refused they show the truth.
void ShowAsStarted(const InitialStack& stack, const ElfImage& program) {
  prctl_mm_map map = {};
  const uint64_t brk = static_cast<uint64_t>(Syscall(__NR_brk, 0));
  map.start_code = program.bias + program.low;
  map.end_code = program.bias + program.high;
  map.start_data = map.end_data = kInterceptBase;
  map.start_brk = map.brk = brk;
  map.start_stack = reinterpret_cast<uint64_t>(stack.start);
  map.arg_start = reinterpret_cast<uint64_t>(stack.argv[0]);
  const auto end_of = [](char* s) {
    return reinterpret_cast<uint64_t>(s) + bare::Length(s) + 1;
  };
  map.arg_end = end_of(stack.argv[stack.argc - 1]);
  map.env_start = stack.env_count > 0
                      ? reinterpret_cast<uint64_t>(stack.envp[0])
                      : map.arg_end;
  map.env_end = stack.env_count > 0 ? end_of(stack.envp[stack.env_count - 1])
                                    : map.arg_end;
  map.auxv = reinterpret_cast<__u64*>(stack.auxv);
  map.auxv_size = static_cast<uint32_t>(stack.aux_count * sizeof(Elf64_auxv_t));
  map.exe_fd = static_cast<uint32_t>(-1);
  Syscall(__NR_prctl, PR_SET_MM, PR_SET_MM_MAP, &map, sizeof(map), 0);
}

// Whether the program is a dynamic linker itself, called with a program.
bool IsLinker(const Handover& h) {
  return bare::StartsWith(bare::BaseName(h.program_host), "ld-");
}

// Runs on a stack of the pool, since it writes the program's: also over
// `argument`.
void Become(void* argument) {
  const Job job = *static_cast<Job*>(argument);
  const Handover& h = *job.request.handover;
  const char* execfn = Keep(h.execfn);
  const char* comm = Keep(h.comm);
  const bool holds_exec_trap = h.holds_exec_trap;

  // Nothing of this binary's hosted half, or of libc, is needed any more.
  Syscall(__NR_munmap, session.disposable, session.disposable_size);
  if (const int error = MapElf(job.program)) Die(h, "map the program", error);
  if (job.has_interpreter) {
    if (const int error = MapElf(job.interpreter)) {
      Die(h, "map the program's interpreter", error);
    }
  }
  const ElfImage& linker = job.has_interpreter ? job.interpreter : job.program;
  if (job.has_interpreter || IsLinker(h)) {
    session.linker_start = linker.bias + linker.low;
    session.linker_end = linker.bias + linker.high;
  }
  // What has no name can be opened through /proc/self/exe as long as this is.
  constexpr int kSetFd = 2, kCloexec = 1;  // F_SETFD, FD_CLOEXEC
  if (h.kept_fd >= 0) Syscall(__NR_fcntl, h.kept_fd, kSetFd, kCloexec);

  InitialStack stack = ReadInitialStack(job.request.initial_stack);
  if (job.request.argv != stack.argv) {
    stack = RebuildStack(stack, job.request.argv, job.request.argc);
  }
  const ElfImage& first = job.has_interpreter ? job.interpreter : job.program;
  SetAux(stack, AT_PHDR, job.program.headers());
  SetAux(stack, AT_PHNUM, job.program.header.e_phnum);
  SetAux(stack, AT_ENTRY, job.program.entry());
  SetAux(stack, AT_BASE, job.has_interpreter ? job.interpreter.bias : 0);
  SetAux(stack, AT_EXECFN, reinterpret_cast<uint64_t>(execfn));
  Syscall(__NR_prctl, PR_SET_NAME, comm);
  ShowAsStarted(stack, job.program);
  if (job.program.needs_executable_stack) {
    constexpr int kGrowsDown = 0x01000000;  // PROT_GROWSDOWN
    Syscall(__NR_mprotect, reinterpret_cast<uint64_t>(stack.start) & ~4095ul,
            4096, PROT_READ | PROT_WRITE | PROT_EXEC | kGrowsDown);
  }
  ReportToTracer();
  if (holds_exec_trap) LetExecTrapCome();
  reloc_enter_program(stack.start, reinterpret_cast<void*>(first.entry()));
}

Outcome ProgramFailed(int error) {
  return {Outcome::kProgramFailed, "execute", error};
}

// The session, and the floor under this process if it is not there yet.
Outcome EnterSession(const Handover& h, const InitialStack& stack) {
  static Filter filter;
  constexpr uint64_t kFsgsbase = 2;  // HWCAP2_FSGSBASE, asm/hwcap2.h
  can_read_thread_pointer = (AuxValue(stack, AT_HWCAP2) & kFsgsbase) != 0;
  OpenSession(h);
  FillInTable();
  if (session.floor != Floor::kTraps && session.floor != Floor::kNone) {
    OwnActions();
    return {};
  }
  TakeSignals(h.ignored_signals);
  if (h.floor != Floor::kToRaise) return {};
  BuildFilter(SECCOMP_RET_TRAP | kTrapData, filter);
  const int error = InstallFilter(filter);
  if (error == 0) return {};
  GiveSignalsBack();
  session.floor = Floor::kToRaise;
  return {Outcome::kRefused, "install a seccomp filter", error};
}

// Takes argv[0] out, by moving all that lies behind it.
void DropFirstArgument(InitialStack& stack) {
  long* at = stack.start;
  *at++ = static_cast<long>(stack.argc - 1);
  const long* const end =
      reinterpret_cast<const long*>(stack.auxv + stack.aux_count);
  for (; at + 1 < end; ++at) *at = at[1];
}

}  // namespace

Outcome ContinueNested(const Handover& h, long* initial_stack) {
  InitialStack stack = ReadInitialStack(initial_stack);
  const Outcome outcome = EnterSession(h, stack);
  if (outcome.error != 0) return outcome;
  SetAux(stack, AT_EXECFN, reinterpret_cast<uint64_t>(Keep(h.execfn)));
  Syscall(__NR_prctl, PR_SET_NAME, Keep(h.comm));
  DropFirstArgument(stack);
  ReportToTracer();
  if (h.holds_exec_trap) LetExecTrapCome();
  return {};
}

Outcome BecomeProgram(const StartRequest& request) {
  static ElfImage program, interpreter;
  const Handover& h = *request.handover;
  if (const int error = OpenElf(h.program_host.data, program)) {
    return ProgramFailed(error);
  }
  const bool has_interpreter = !h.interpreter_host.empty();
  if (has_interpreter) {
    if (const int error = OpenElf(h.interpreter_host.data, interpreter)) {
      Syscall(__NR_close, program.fd);
      return ProgramFailed(error);
    }
  }
  const Outcome outcome =
      EnterSession(h, ReadInitialStack(request.initial_stack));
  if (outcome.error != 0) return outcome;
  Job job = {request, program, interpreter, has_interpreter};
  Stack* own = TakeStack(0, StackUse::kCall);
  GiveStackBack(own);  // once the program runs nobody is on it
  reloc_call_on_stack(Become, &job, own->top());
  __builtin_unreachable();
}

}  // namespace relocatable
