#include "engines/proot/attach.h"

#include <asm/unistd.h>
#include <errno.h>
#include <linux/prctl.h>
#include <linux/ptrace.h>
#include <linux/sched.h>
#include <linux/seccomp.h>

#include "base/bare/syscall.h"
#include "engines/inprocess/filter.h"
#include "engines/proot/tracer.h"

namespace relocatable {
namespace {

using bare::Syscall;

constexpr int kWall = 0x40000000;  // __WALL, wait(2)
constexpr long kOCloexec = 02000000;

Outcome Refused(const char* step, long error) {
  return {Outcome::kRefused, step, static_cast<int>(error)};
}

struct Pipe {
  int ends[2] = {-1, -1};
  ~Pipe() {
    for (int end : ends) {
      if (end >= 0) Syscall(__NR_close, end);
    }
  }
};

// fork(2) in two words. The parent gets `signal` when the child ends; 0: none.
long Fork(long signal) { return Syscall(__NR_clone, signal, 0, 0, 0, 0); }

[[noreturn]] void Exit(long status) {
  while (true) Syscall(__NR_exit_group, status);
}

// A process that adopts its orphaned descendants (prctl(2),
// PR_SET_CHILD_SUBREAPER; kept over an exec) must not adopt the tracer.
class NoSubreaper {
 public:
  NoSubreaper() {
    Syscall(__NR_prctl, PR_GET_CHILD_SUBREAPER, &was_, 0, 0, 0);
    if (was_ != 0) Syscall(__NR_prctl, PR_SET_CHILD_SUBREAPER, 0, 0, 0, 0);
  }
  ~NoSubreaper() {
    if (was_ != 0) Syscall(__NR_prctl, PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
  }

 private:
  int was_ = 0;
};

// Until a read is not interrupted; the bytes read or -errno.
long Read(int fd, void* to, size_t size) {
  long got;
  do {
    got = Syscall(__NR_read, fd, to, size);
  } while (got == -EINTR);
  return got;
}

// Nothing of the launcher's may live on in the tracer: not its terminal, its
// directory, nor the far ends of its pipes.
void LeaveEverything(int keep_low, int keep_high) {
  constexpr uint64_t kEverySignal = ~uint64_t{0};
  constexpr int kSetMask = 2;  // SIG_SETMASK
  Syscall(__NR_rt_sigprocmask, kSetMask, &kEverySignal, nullptr, 8);
  Syscall(__NR_setsid);
  Syscall(__NR_chdir, "/");
  Syscall(__NR_prctl, PR_SET_NAME, "relocatable");
  const long all = ~0u;
  if (Syscall(__NR_close_range, keep_high + 1, all, 0) == 0) {
    if (keep_low > 0) Syscall(__NR_close_range, 0, keep_low - 1, 0);
    if (keep_low + 1 < keep_high) {
      Syscall(__NR_close_range, keep_low + 1, keep_high - 1, 0);
    }
    return;
  }
  constexpr int kMost = 65536;  // before Linux 5.9: one by one
  for (int fd = 0; fd < kMost; ++fd) {
    if (fd != keep_low && fd != keep_high) Syscall(__NR_close, fd);
  }
}

// The tracer's life: told how, it seizes the launcher, says how that went.
[[noreturn]] void BeTracer(long launcher, int in, int out) {
  LeaveEverything(in < out ? in : out, in < out ? out : in);
  Floor floor;
  if (Read(in, &floor, sizeof(floor)) != static_cast<long>(sizeof(floor))) {
    Exit(1);
  }
  const int error = Seize(launcher, floor);
  Syscall(__NR_write, out, &error, sizeof(error));
  if (error != 0) Exit(1);
  Syscall(__NR_close, in);
  Syscall(__NR_close, out);
  Serve(floor);
  Exit(0);
}

// In the child between launcher and tracer: starts the tracer, and tells by its
// status whether a filter can be had: in trying, since an outer filter may
// refuse it.
enum Between : int { kFilter, kNoFilter, kCannotFork };
[[noreturn]] void BeBetween(long launcher, const Filter& filter, int in,
                            int out) {
  constexpr long kSigchld = 17;
  const long tracer = Fork(kSigchld);
  if (tracer == 0) BeTracer(launcher, in, out);
  if (tracer < 0) Exit(kCannotFork);
  Exit(InstallFilter(filter) == 0 ? kFilter : kNoFilter);
}

// Starts the tracer; `between` is what the child in the middle said.
int StartTracer(const Filter& filter, Pipe& to_tracer, Pipe& from_tracer,
                int& between) {
  const long self = Syscall(__NR_getpid);
  const NoSubreaper no_subreaper;
  const long child = Fork(0);
  if (child < 0) return static_cast<int>(-child);
  if (child == 0) {
    BeBetween(self, filter, to_tracer.ends[0], from_tracer.ends[1]);
  }
  int status = 0;
  long waited;
  do {
    waited = Syscall(__NR_wait4, child, &status, kWall, nullptr);
  } while (waited == -EINTR);
  if (waited < 0) return static_cast<int>(-waited);
  // Killed for its filter, or for its fork: then the tracer does not answer.
  between = (status & 0x7f) != 0 ? kNoFilter : status >> 8;
  return between == kCannotFork ? EAGAIN : 0;
}

// Tells the tracer what to do, and waits until it has attached.
int LetSeize(Floor floor, Pipe& to_tracer, Pipe& from_tracer) {
  Syscall(__NR_prctl, PR_SET_PTRACER, PR_SET_PTRACER_ANY, 0, 0, 0);
  Syscall(__NR_close, from_tracer.ends[1]);
  from_tracer.ends[1] = -1;
  int error = EPERM;
  Syscall(__NR_write, to_tracer.ends[1], &floor, sizeof(floor));
  if (Read(from_tracer.ends[0], &error, sizeof(error)) !=
      static_cast<long>(sizeof(error))) {
    error = EPERM;  // it was killed for what it did
  }
  Syscall(__NR_prctl, PR_SET_PTRACER, 0, 0, 0, 0);
  return error;
}

}  // namespace

Outcome AttachTracer(Floor& floor) {
  static Filter filter;
  BuildFilter(SECCOMP_RET_TRACE, filter);
  Pipe to_tracer, from_tracer;
  Pipe* const pipes[] = {&to_tracer, &from_tracer};
  for (Pipe* pipe : pipes) {
    if (const long error = -Syscall(__NR_pipe2, pipe->ends, kOCloexec)) {
      return Refused("make a pipe to a tracer", error);
    }
  }
  int between = kNoFilter;
  if (const int error = StartTracer(filter, to_tracer, from_tracer, between)) {
    return Refused("start a tracer", error);
  }
  floor = between == kFilter ? Floor::kTracer : Floor::kTracerOfAll;
  if (const int error = LetSeize(floor, to_tracer, from_tracer)) {
    return Refused("be traced with ptrace", error);
  }
  if (floor == Floor::kTracer) {
    if (const int error = InstallFilter(filter)) {
      return Refused("install a seccomp filter", error);
    }
  }
  return {};
}

}  // namespace relocatable
