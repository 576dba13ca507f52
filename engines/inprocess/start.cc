#include "engines/inprocess/start.h"

#include <asm/unistd.h>
#include <linux/prctl.h>
#include <sys/mman.h>

#include "base/bare/str.h"
#include "base/bare/syscall.h"
#include "engines/inprocess/enter_session.h"
#include "engines/inprocess/initial_stack.h"
#include "engines/inprocess/load_elf.h"
#include "engines/intercept/entry.h"
#include "engines/intercept/session.h"
#include "engines/intercept/stack_pool.h"
#include "engines/intercept/trace_me.h"
#include "engines/intercept/tracer_report.h"

namespace relocatable {
namespace {

using bare::Str;
using bare::Syscall;

struct Job {
  StartRequest request;
  ElfImage& program;
  ElfImage& interpreter;
  bool has_interpreter;
};

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
