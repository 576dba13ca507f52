#include "engines/proot/tracer.h"

#include <asm/unistd.h>
#include <errno.h>
#include <linux/ptrace.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/user.h>

#include "base/bare/syscall.h"
#include "engines/intercept/entry.h"
#include "engines/intercept/library_signals.h"
#include "engines/intercept/memory_range.h"
#include "engines/intercept/stack_pool.h"
#include "engines/intercept/syscall_table.h"

namespace relocatable {
namespace {

using bare::Syscall;

constexpr int kWall = 0x40000000;  // __WALL, wait(2)
constexpr int kSigtrap = 5, kSigbus = 7, kSigsegv = 11;
constexpr int kSyscallStop = kSigtrap | 0x80;  // PTRACE_O_TRACESYSGOOD
constexpr long kOptions = PTRACE_O_EXITKILL | PTRACE_O_TRACEFORK |
                          PTRACE_O_TRACEVFORK | PTRACE_O_TRACECLONE |
                          PTRACE_O_TRACESECCOMP | PTRACE_O_TRACESYSGOOD;

long Ptrace(long request, long pid, long address, const void* data) {
  return Syscall(__NR_ptrace, request, pid, address, data);
}

class Tracer {
 public:
  explicit Tracer(Stops stops)
      : resume_(stops == Stops::kAll ? PTRACE_SYSCALL : PTRACE_CONT) {}

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
  void Resume(long pid, int signal) {
    Ptrace(resume_, pid, 0,
           reinterpret_cast<const void*>(static_cast<long>(signal)));
  }

  void Stopped(long pid, int signal, int event) {
    if (event == PTRACE_EVENT_STOP && signal != kSigtrap) {
      Ptrace(PTRACE_LISTEN, pid, 0, nullptr);
      return;
    }
    if (event == PTRACE_EVENT_SECCOMP || signal == kSyscallStop) {
      SendToInterceptor(pid, event == PTRACE_EVENT_SECCOMP);
      signal = 0;
    } else if (event != 0 || (IsFault(signal) && EndCall(pid))) {
      signal = 0;
    } else {
      GoBackToSite(pid);
    }
    Resume(pid, signal);
  }

  // `by_filter`: the filter has seen that the call is one of ours. Else this
  // may be any call, at its beginning or its end.
  void SendToInterceptor(long pid, bool by_filter) {
    user_regs_struct regs;
    if (Ptrace(PTRACE_GETREGS, pid, 0, &regs) != 0) return;
    if (!by_filter && !IsOurs(regs)) return;
    regs.rax = regs.orig_rax;
    regs.orig_rax = ~0ull;  // no call is made
    regs.rcx = regs.rip;
    regs.rip = Entry();
    Ptrace(PTRACE_SETREGS, pid, 0, &regs);
  }

  // Whether a tracee is about to make a call that concerns the view, itself. At
  // the beginning of a call rax is -ENOSYS; at the end of one from outside of
  // the interceptor it can be that only if the call is not of the table, since
  // those are never made. i386 code has another code segment, and is not
  // served.
  static bool IsOurs(const user_regs_struct& regs) {
    constexpr uint64_t kCode64 = 0x33;  // __USER_CS, asm/segment.h
    if (regs.cs != kCode64 || InInterceptorCode(regs.rip) ||
        regs.rax != static_cast<uint64_t>(-ENOSYS)) {
      return false;
    }
    const SyscallRow* row = FindSyscall(static_cast<long>(regs.orig_rax));
    return row != nullptr && IsForTracer(*row) &&
           (row->handling != Handling::kSigaction ||
            IsLibrarySignal(static_cast<long>(regs.rdi)));
  }

  // A signal that comes before the interceptor has begun with a call finds the
  // program at the site, as it would if the kernel had not begun yet; after the
  // handler the site makes the call again.
  static void GoBackToSite(long pid) {
    user_regs_struct regs;
    if (Ptrace(PTRACE_GETREGS, pid, 0, &regs) != 0 || regs.rip != Entry()) {
      return;
    }
    regs.rip = regs.rcx - 2;
    regs.orig_rax = ~0ull;
    Ptrace(PTRACE_SETREGS, pid, 0, &regs);
  }

  static uint64_t Entry() {
    return reinterpret_cast<uint64_t>(reloc_traced_entry);
  }

  // Whether a stack of the pool begins at `base`: the first word there points
  // to its description, and that back.
  static bool IsStack(long pid, uint64_t base) {
    uint64_t description, memory;
    return Peek(pid, base, description) &&
           OverlapsInterceptor(description, sizeof(Stack)) &&
           Peek(pid, description + offsetof(Stack, memory), memory) &&
           memory == base;
  }

  static bool Peek(long pid, uint64_t address, uint64_t& word) {
    return Ptrace(PTRACE_PEEKDATA, pid, static_cast<long>(address), &word) == 0;
  }

  static bool IsFault(int signal) {
    return signal == kSigsegv || signal == kSigbus;
  }

  // Ends a call in which the interceptor met a bad pointer, with EFAULT; false
  // if the signal is something else.
  static bool EndCall(long pid) {
    // siginfo_t; positive: the kernel's own (sigaction(2), si_code).
    struct {
      int signal, error, code;
      char rest[116];
    } info;
    user_regs_struct regs;
    if (Ptrace(PTRACE_GETSIGINFO, pid, 0, &info) != 0 || info.code <= 0 ||
        Ptrace(PTRACE_GETREGS, pid, 0, &regs) != 0 ||
        !InInterceptorCode(regs.rip)) {
      return false;
    }
    const uint64_t base = regs.rsp & ~uint64_t{Stack::kSize - 1};
    if (!IsStack(pid, base)) return false;  // the program's own is at its end
    regs.rsp = base + Stack::kSize - 16;
    regs.rip = reinterpret_cast<uint64_t>(reloc_landing);
    regs.rax = static_cast<uint64_t>(-EFAULT);
    regs.orig_rax = ~0ull;
    Ptrace(PTRACE_SETREGS, pid, 0, &regs);
    return true;
  }

  const long resume_;
};

}  // namespace

int Seize(long pid, Stops stops) {
  const long error =
      -Ptrace(PTRACE_SEIZE, pid, 0, reinterpret_cast<const void*>(kOptions));
  if (error != 0) return static_cast<int>(error);
  // From its next stop on it stops at every call.
  if (stops == Stops::kAll) Ptrace(PTRACE_INTERRUPT, pid, 0, nullptr);
  return 0;
}

void Serve(Stops stops) { Tracer(stops).Run(); }

}  // namespace relocatable
