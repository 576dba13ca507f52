// The launch, step by step:
//
//   launcher                          child (shares memory and descriptors)
//   plan the mounts
//   clone(VM|VFORK|FILES|NEWUSER|NEWNS) -> map ids, mount, open its namespaces
//   wait
//   setns(user), setns(mnt)
//   go back to the working directory
//   execve
//
// The launcher stays pristine until a whole view is ready to be joined,
// whatever the child runs into: in a plain unshare(2) a refused id map leaves a
// process that is nobody, for good. The child costs 40-100 us more than doing
// it in place, and nothing of it remains.
#include "engines/userns/userns.h"

#include <asm/unistd.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/wait.h>

#include "base/bare/syscall.h"
#include "engines/exec.h"
#include "engines/userns/build.h"
#include "engines/userns/caller.h"
#include "engines/userns/clone_x86_64.h"
#include "engines/userns/plan.h"
#include "engines/userns/report.h"

namespace relocatable {
namespace userns {
namespace {

using bare::Syscall;

constexpr size_t kStackSize = 128 << 10;

// One mapping for the child's stack and the plan.
class Memory {
 public:
  explicit Memory(uint32_t mount_count)
      : size_(kStackSize + Arena::SizeFor(mount_count)) {
    start_ = Syscall(__NR_mmap, nullptr, size_, PROT_READ | PROT_WRITE,
                     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  }
  Memory(const Memory&) = delete;
  ~Memory() {
    if (error() == 0) Syscall(__NR_munmap, start_, size_);
  }

  long error() const { return start_ < 0 && start_ > -4096 ? start_ : 0; }
  void* stack_end() const {
    return reinterpret_cast<void*>(start_ + kStackSize);
  }
  Arena arena() const { return {stack_end(), size_ - kStackSize}; }

 private:
  size_t size_;
  long start_;
};

// No signal while the child runs: in a child that has been stopped by Ctrl-Z,
// the launcher would wait without being stopped itself.
class NoSignals {
 public:
  NoSignals() {
    const uint64_t all = ~uint64_t{0};
    Syscall(__NR_rt_sigprocmask, SIG_SETMASK, &all, &old_, sizeof(old_));
  }
  ~NoSignals() {
    Syscall(__NR_rt_sigprocmask, SIG_SETMASK, &old_, nullptr, sizeof(old_));
  }

 private:
  uint64_t old_ = 0;  // the kernel's sigset_t: 64 signals
};

class Setup {
 public:
  explicit Setup(Plan& plan) : plan_(plan) {}

  // Puts the plan's view in force, or leaves the process as it was.
  bool Run(void* stack_end) {
    const bool done = TryInChild(stack_end) && (Join() || InPlace());
    Close(user_);
    Close(mount_);
    Close(root_);
    return done;
  }

  const Report& report() const { return report_; }

 private:
  unsigned long Namespaces() const {
    return privileged_ ? CLONE_NEWNS : CLONE_NEWUSER | CLONE_NEWNS;
  }

  bool TryInChild(void* stack_end) {
    report_.At(privileged_ ? kCreateMountNamespace : kCreateNamespaces);
    const NoSignals no_signals;
    const long pid =
        CloneOnStack(CLONE_VM | CLONE_VFORK | CLONE_FILES | Namespaces(),
                     stack_end, &Child, this);
    if (!report_.Did(pid)) return false;
    int status = 0;
    // Exit signal 0, so that no SIGCHLD stays pending; such a child is only
    // waited for with __WALL.
    while (Syscall(__NR_wait4, pid, &status, __WALL, nullptr) == -EINTR) {
    }
    const int killer = status & 0x7f;
    if (killer == 0) return ready_;
    return report_.At(killer == SIGSYS ? kKilled : kDied).Did(-EPERM);
  }

  static void Child(void* self) {
    Setup& setup = *static_cast<Setup*>(self);
    setup.ready_ = setup.Prepare() && setup.OfferToJoin();
  }

  // What there is to do in the new namespaces.
  bool Prepare() {
    if (!privileged_) return MapIds(ids_, report_) && Build(plan_, report_);
    // Else what we mount would show up in the rest of the system. The kernel
    // does this by itself in a new user namespace.
    return report_.At(kDetach).Did(Syscall(__NR_mount, nullptr, "/", nullptr,
                                           MS_REC | MS_SLAVE, nullptr)) &&
           Build(plan_, report_);
  }

  // setns(2) takes the caller to the top of the new tree. A privileged caller
  // may be in a chroot, and has to be taken to its own root.
  bool OfferToJoin() {
    root_changes_ = ChangeRoot();
    if (privileged_) {
      if (!root_changes_) return false;
      root_ = Open("/", O_PATH);
    } else {
      user_ = Open("/proc/self/ns/user", O_RDONLY);
    }
    mount_ = Open("/proc/self/ns/mnt", O_RDONLY);
    return true;
  }

  bool ChangeRoot() {
    return report_.At(kChangeRoot)
        .Did(Syscall(__NR_chroot, plan_.graft ? "/" : "/.."));
  }

  static long Open(const char* path, int flags) {
    return Syscall(__NR_openat, AT_FDCWD, path, flags | O_CLOEXEC);
  }

  static void Close(long fd) {
    if (fd >= 0) Syscall(__NR_close, fd);
  }

  bool Join() {
    in_user_ns_ =
        !privileged_ && Syscall(__NR_setns, user_, CLONE_NEWUSER) == 0;
    if (!privileged_ && !in_user_ns_) return false;
    if (Syscall(__NR_setns, mount_, CLONE_NEWNS) < 0) return false;
    if (root_ < 0) return true;
    return Syscall(__NR_fchdir, root_) == 0 && Syscall(__NR_chroot, ".") == 0;
  }

  // Where setns(2) is refused (gVisor, seccomp profiles), or /proc is missing:
  // the same once more without a child, who has shown that every step works.
  bool InPlace() {
    if (!plan_.graft && !root_changes_) return false;
    report_.At(kCreateNamespaces);
    if (in_user_ns_) {
      return report_.Did(Syscall(__NR_unshare, CLONE_NEWNS)) &&
             Build(plan_, report_) && (plan_.graft || ChangeRoot());
    }
    return report_.Did(Syscall(__NR_unshare, Namespaces())) && Prepare() &&
           (plan_.graft || ChangeRoot());
  }

  Plan& plan_;
  const Ids ids_ = EffectiveIds();
  const bool privileged_ = IsPrivileged();
  Report report_;
  bool ready_ = false;         // the child did everything
  bool root_changes_ = false;  // chroot(2) is allowed
  bool in_user_ns_ = false;
  long user_ = -1, mount_ = -1, root_ = -1;  // descriptors to join by
};

Outcome Refused(const Report& report) {
  return {Outcome::kRefused, report.step(), report.error()};
}

}  // namespace
}  // namespace userns

Outcome TryUserns(const Launch& launch) {
  using namespace userns;
  const WorkingDirectory cwd;
  const Memory memory(launch.view.mount_count);
  if (memory.error() != 0) {
    return {Outcome::kRefused, kGetMemory, static_cast<int>(-memory.error())};
  }
  Arena arena = memory.arena();
  Plan plan;
  Report planning;
  if (!MakePlan(launch.view, arena, plan, planning)) return Refused(planning);
  Setup setup(plan);
  if (!setup.Run(memory.stack_end())) return Refused(setup.report());
  const int error = cwd.Enter(launch);
  if (error != 0) return {Outcome::kProgramFailed, kEnterDirectory, error};
  return ExecProgram(launch);
}

}  // namespace relocatable
