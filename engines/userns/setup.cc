// The launcher lets a child do everything, and joins what it has made:
//
//   launcher                          child (shares memory and descriptors)
//   clone(VM|VFORK|FILES|NEWUSER|NEWNS) -> map ids, mount, open its namespaces
//   wait
//   setns(user), setns(mnt)
//
// Until then the launcher is pristine, whatever the child runs into. In a plain
// unshare(2) a refused id map leaves a process that is nobody, for good. The
// child costs 40-100 us more than that, and nothing of it remains.
//
// Who needs no user namespace (root) does the same without NEWUSER. Root
// without CAP_SYS_ADMIN needs one, but may keep all its ids: they have to be
// mapped by a process outside, so there are two children then:
//
//   launcher             mapper                     child
//   clone(VM|VFORK|FILES) -> clone(VM|FILES|NEWUSER|NEWNS) -> wait
//   wait                 write the child's maps           -> mount, ...
#include "engines/userns/setup.h"

#include <asm/unistd.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <time.h>

#include "base/bare/syscall.h"
#include "engines/userns/build.h"
#include "engines/userns/clone_x86_64.h"
#include "engines/userns/descriptors.h"
#include "engines/userns/ids.h"
#include "engines/userns/layered_view.h"

namespace relocatable::userns {
namespace {

using bare::Syscall;

// No signal while the children run: in a child that has been stopped by Ctrl-Z,
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
  Setup(Plan& plan, const Memory& memory, Report& report)
      : plan_(plan), memory_(memory), report_(report) {}
  Setup(const Setup&) = delete;
  ~Setup() { CloseFilesLeftOpen(); }

  bool Run() { return TryInChild() && (Join() || InPlace()); }

 private:
  unsigned long Namespaces() const {
    return privileged_ ? CLONE_NEWNS : CLONE_NEWUSER | CLONE_NEWNS;
  }
  const char* CreateStep() const {
    return privileged_ ? kCreateMountNamespace : kCreateNamespaces;
  }
  bool MayMapAllIds() const { return !privileged_ && ids_.uid == 0; }

  bool TryInChild() {
    const NoSignals no_signals;
    constexpr unsigned long kShared = CLONE_VM | CLONE_VFORK | CLONE_FILES;
    report_.At(CreateStep());
    const long pid =
        MayMapAllIds()
            ? CloneOnStack(kShared, memory_.first_stack_end(), &Mapper, this)
            : CloneOnStack(kShared | Namespaces(), memory_.first_stack_end(),
                           &Child, this);
    return report_.Did(pid) && Await(pid) && ready_;
  }

  // Waits for a child; false if it was killed.
  bool Await(long pid) {
    int status = 0;
    // They have exit signal 0, so that no SIGCHLD stays pending; such children
    // are waited for only with __WALL.
    while (Syscall(__NR_wait4, pid, &status, __WALL, nullptr) == -EINTR) {
    }
    const int killer = status & 0x7f;
    if (killer == 0) return true;
    return report_.At(killer == SIGSYS ? kKilled : kDied).Did(-EPERM);
  }

  static void Mapper(void* self) {
    Setup& setup = *static_cast<Setup*>(self);
    const long pid =
        CloneOnStack(CLONE_VM | CLONE_FILES | setup.Namespaces(),
                     setup.memory_.second_stack_end(), &Child, self);
    if (!setup.report_.Did(pid)) return;
    __atomic_store_n(&setup.maps_, MapAllIds(static_cast<pid_t>(pid)),
                     __ATOMIC_RELEASE);
    Syscall(__NR_futex, &setup.maps_, FUTEX_WAKE, 1, nullptr, nullptr, 0);
    setup.Await(pid);
  }

  static void Child(void* self) {
    Setup& setup = *static_cast<Setup*>(self);
    setup.ready_ = setup.Map() && setup.Prepare() && setup.OfferToJoin();
  }

  bool Map() {
    if (privileged_) return true;
    return MapOwnIds(ids_, MayMapAllIds() ? MapsOfMapper() : kNoMaps, report_);
  }

  int MapsOfMapper() {
    const timespec patience = {5, 0};  // the mapper may have been killed
    int maps;
    while ((maps = __atomic_load_n(&maps_, __ATOMIC_ACQUIRE)) == kPending) {
      if (Syscall(__NR_futex, &maps_, FUTEX_WAIT, kPending, &patience, nullptr,
                  0) == -ETIMEDOUT) {
        return kNoMaps;
      }
    }
    return maps;
  }

  bool Prepare() {
    // Else what we mount would show up in the rest of the system. The kernel
    // does this by itself in a new user namespace.
    if (privileged_ &&
        !report_.At(kDetach).Did(Syscall(__NR_mount, nullptr, "/", nullptr,
                                         MS_REC | MS_SLAVE, nullptr))) {
      return false;
    }
    return BuildView();
  }

  bool BuildView() {
    return plan_.layering != nullptr
               ? BuildLayered(*plan_.layering, privileged_, report_)
               : Build(plan_, report_);
  }

  // setns(2) takes the caller to the top of the new tree. A privileged caller
  // may be in a chroot, and has to be taken to the top of that.
  bool OfferToJoin() {
    root_changes_ = ChangeRoot();
    if (privileged_) {
      if (!root_changes_) return false;
      root_ = OpenFile("/", O_PATH);
    } else {
      user_ = OpenFile("/proc/self/ns/user", O_RDONLY);
    }
    mount_ = OpenFile("/proc/self/ns/mnt", O_RDONLY);
    return true;
  }

  bool ChangeRoot() {
    return report_.At(kChangeRoot)
        .Did(Syscall(__NR_chroot, plan_.graft ? "/" : "/.."));
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
  // the same once more without a child, which has shown that every step works.
  bool InPlace() {
    if (!plan_.graft && !root_changes_) return false;
    if (in_user_ns_) {
      return report_.At(kCreateMountNamespace)
                 .Did(Syscall(__NR_unshare, CLONE_NEWNS)) &&
             BuildView() && (plan_.graft || ChangeRoot());
    }
    return report_.At(CreateStep()).Did(Syscall(__NR_unshare, Namespaces())) &&
           (privileged_ || MapOwnIds(ids_, kNoMaps, report_)) && Prepare() &&
           (plan_.graft || ChangeRoot());
  }

  static constexpr int kPending = -1;

  Plan& plan_;
  const Memory& memory_;
  Report& report_;
  const Ids ids_ = EffectiveIds();
  const bool privileged_ = IsPrivileged();
  int maps_ = kPending;        // what the mapper wrote; a futex
  bool ready_ = false;         // the child did everything
  bool root_changes_ = false;  // chroot(2) is allowed
  bool in_user_ns_ = false;
  long user_ = -1, mount_ = -1, root_ = -1;  // descriptors to join by
};

}  // namespace

bool SetUp(Plan& plan, const Memory& memory, Report& report) {
  return Setup(plan, memory, report).Run();
}

}  // namespace relocatable::userns
