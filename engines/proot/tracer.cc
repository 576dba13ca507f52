#include "engines/proot/tracer.h"

#include <asm/unistd.h>
#include <errno.h>
#include <linux/ptrace.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/user.h>

#include "base/bare/syscall.h"
#include "engines/intercept/abi.h"
#include "engines/intercept/library_signals.h"
#include "engines/intercept/memory_range.h"
#include "engines/intercept/stack_pool.h"
#include "engines/intercept/syscall_table.h"
#include "engines/intercept/tracer_report.h"

namespace relocatable {
namespace {

using bare::Syscall;

constexpr int kWall = 0x40000000;  // __WALL, wait(2)
constexpr int kSigbus = 7, kSigsegv = 11;
constexpr int kSyscallStop = kSigtrap | 0x80;  // PTRACE_O_TRACESYSGOOD
constexpr long kOptions = PTRACE_O_EXITKILL | PTRACE_O_TRACEFORK |
                          PTRACE_O_TRACEVFORK | PTRACE_O_TRACECLONE;
constexpr uint64_t kNoCall = ~uint64_t{0};  // in orig_rax
constexpr uint64_t kCode64 = 0x33;          // __USER_CS, asm/segment.h

using Registers = user_regs_struct;

long Ptrace(long request, long pid, long address, const void* data) {
  return Syscall(__NR_ptrace, request, pid, address, data);
}

bool Read(long pid, Registers& registers) {
  return Ptrace(PTRACE_GETREGS, pid, 0, &registers) == 0;
}

bool Read(long pid, uint64_t address, uint64_t& word) {
  return Ptrace(PTRACE_PEEKDATA, pid, static_cast<long>(address), &word) == 0;
}

void Write(long pid, Registers& registers) {
  registers.orig_rax = kNoCall;
  Ptrace(PTRACE_SETREGS, pid, 0, &registers);
}

// Whether a tracee is about to make a call that concerns the view, itself. At
// the beginning of a call rax is -ENOSYS; at the end of one from outside of the
// interceptor it can be that only if the call is not of the table, since those
// are never made. i386 code has another code segment, and is not served.
bool BeginsACallOfTheTable(const Registers& registers) {
  if (registers.cs != kCode64 || InInterceptorCode(registers.rip) ||
      registers.rax != static_cast<uint64_t>(-ENOSYS)) {
    return false;
  }
  const SyscallRow* row = FindSyscall(static_cast<long>(registers.orig_rax));
  return row != nullptr && IsForTracer(*row) &&
         (row->handling != Handling::kSigaction ||
          IsLibrarySignal(static_cast<long>(registers.rdi)));
}

void SendToInterceptor(long pid, Registers& registers) {
  registers.rax = registers.orig_rax;
  registers.rcx = registers.rip;
  registers.rip = kTracedEntry;
  Write(pid, registers);
}

// A signal that comes before the interceptor has begun with a call finds the
// program at the site, as it would if the kernel had not begun yet; after the
// handler the site makes the call again.
void GoBackToSite(long pid) {
  Registers registers;
  if (!Read(pid, registers) || registers.rip != kTracedEntry) {
    return;
  }
  registers.rip = registers.rcx - 2;
  Write(pid, registers);
}

// Whether a stack of the pool begins at `base`: the first word there points to
// its description, and that back.
bool IsStack(long pid, uint64_t base) {
  uint64_t description, memory;
  return Read(pid, base, description) &&
         OverlapsInterceptor(description, sizeof(Stack)) &&
         Read(pid, description + offsetof(Stack, memory), memory) &&
         memory == base;
}

// Whether a signal is the kernel's own word, not some process's: siginfo_t,
// si_code (sigaction(2)).
bool IsKernels(long pid) {
  struct {
    int signal, error, code;
    char rest[116];
  } info;
  return Ptrace(PTRACE_GETSIGINFO, pid, 0, &info) == 0 && info.code > 0;
}

// Ends a call in which the interceptor met a bad pointer, with EFAULT; false if
// the signal is something else: a fault of the program's own, or the end of its
// stack.
bool EndCall(long pid) {
  Registers registers;
  if (!IsKernels(pid) || !Read(pid, registers) ||
      !InInterceptorCode(registers.rip)) {
    return false;
  }
  const uint64_t base = registers.rsp & ~uint64_t{Stack::kSize - 1};
  if (!IsStack(pid, base)) return false;
  registers.rsp = base + Stack::kSize - 16;
  registers.rip = kTracedFault;
  registers.rax = static_cast<uint64_t>(-EFAULT);
  Write(pid, registers);
  return true;
}

// Whether the interceptor's word that it is done can come.
bool CanReport(long pid) {
  uint64_t mask = kSigtrapBit;
  Ptrace(PTRACE_GETSIGMASK, pid, sizeof(mask), &mask);
  return (mask & kSigtrapBit) == 0;
}

bool IsReport(long pid) {
  Registers registers;
  return Read(pid, registers) && registers.rip == kTracedReport + 1;
}

class Tracer {
 public:
  explicit Tracer(Floor floor) : all_(floor == Floor::kTracerOfAll) {}

  void Run() {
    while (true) {
      int status = 0;
      const long pid = Syscall(__NR_wait4, -1, &status, kWall, nullptr);
      if (pid == -EINTR) continue;
      if (pid < 0) return;  // ECHILD: the last one is gone
      constexpr int kStopped = 0x7f;
      if ((status & 0xff) == kStopped) {
        Stopped(pid, (status >> 8) & 0xff, status >> 16);
      }
    }
  }

 private:
  // A tracee that is killed meanwhile is gone (ESRCH): its end is reported.
  void Resume(long pid, long signal) {
    Ptrace(all_ ? PTRACE_SYSCALL : PTRACE_CONT, pid, 0,
           reinterpret_cast<const void*>(signal));
  }

  // Until the interceptor reports.
  void ResumeInterceptor(long pid) {
    if (all_ && !CanReport(pid)) return Resume(pid, 0);
    Ptrace(PTRACE_CONT, pid, 0, nullptr);
  }

  void Stopped(long pid, int signal, int event) {
    switch (event) {
      case 0:
        return signal == kSyscallStop ? AtCall(pid) : AtSignal(pid, signal);
      case PTRACE_EVENT_SECCOMP: {
        Registers registers;
        if (Read(pid, registers)) SendToInterceptor(pid, registers);
        return Resume(pid, 0);
      }
      case PTRACE_EVENT_EXEC:  // of this binary: it maps a program
        return ResumeInterceptor(pid);
      case PTRACE_EVENT_STOP:
        if (signal == kSigtrap) break;
        Ptrace(PTRACE_LISTEN, pid, 0, nullptr);
        return;
    }
    Resume(pid, 0);
  }

  // The beginning or the end of any call.
  void AtCall(long pid) {
    Registers registers;
    if (!Read(pid, registers) || !BeginsACallOfTheTable(registers)) {
      return Resume(pid, 0);
    }
    SendToInterceptor(pid, registers);
    ResumeInterceptor(pid);
  }

  void AtSignal(long pid, int signal) {
    if (((signal == kSigsegv || signal == kSigbus) && EndCall(pid)) ||
        (signal == kSigtrap && all_ && IsReport(pid))) {
      signal = 0;
    } else {
      GoBackToSite(pid);
    }
    Resume(pid, signal);
  }

  const bool all_;
};

}  // namespace

int Seize(long pid, Floor floor) {
  const bool all = floor == Floor::kTracerOfAll;
  const long options =
      kOptions | (all ? PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEEXEC
                      : PTRACE_O_TRACESECCOMP);
  const long error =
      -Ptrace(PTRACE_SEIZE, pid, 0, reinterpret_cast<const void*>(options));
  if (error != 0) return static_cast<int>(error);
  // From its next stop on it stops at every call.
  if (all) Ptrace(PTRACE_INTERRUPT, pid, 0, nullptr);
  return 0;
}

void Serve(Floor floor) { Tracer(floor).Run(); }

}  // namespace relocatable
