#include "engines/intercept/syscall_table.h"

#include <algorithm>
#include <fstream>
#include <map>
#include <set>
#include <string>

#include "gtest/gtest.h"

namespace relocatable {
namespace {

// The calls that take no path, have no result that is one, and touch no signal
// mask. Before adding a name here, read its manual page. Known exceptions, left
// out on purpose: bpf (the paths of BPF_OBJ_PIN and BPF_OBJ_GET are the bpf
// file system's), statmount (tells mount points as the kernel sees them),
// mq_open (a name, not a path).
const char* const kTakesNoPath[] = {
    "read",
    "write",
    "close",
    "fstat",
    "poll",
    "lseek",
    "mprotect",
    "munmap",
    "brk",
    "rt_sigreturn",
    "ioctl",
    "pread64",
    "pwrite64",
    "readv",
    "writev",
    "pipe",
    "select",
    "sched_yield",
    "mremap",
    "msync",
    "mincore",
    "madvise",
    "shmget",
    "shmat",
    "shmctl",
    "dup",
    "dup2",
    "pause",
    "nanosleep",
    "getitimer",
    "alarm",
    "setitimer",
    "getpid",
    "sendfile",
    "socket",
    "shutdown",
    "listen",
    "socketpair",
    "setsockopt",
    "getsockopt",
    "clone",
    "fork",
    "vfork",
    "exit",
    "wait4",
    "kill",
    "uname",
    "semget",
    "semop",
    "semctl",
    "shmdt",
    "msgget",
    "msgsnd",
    "msgrcv",
    "msgctl",
    "fcntl",
    "flock",
    "fsync",
    "fdatasync",
    "ftruncate",
    "fchdir",
    "umask",
    "gettimeofday",
    "getrlimit",
    "getrusage",
    "sysinfo",
    "times",
    "getuid",
    "syslog",
    "getgid",
    "setuid",
    "setgid",
    "geteuid",
    "getegid",
    "setpgid",
    "getppid",
    "getpgrp",
    "setsid",
    "setreuid",
    "setregid",
    "getgroups",
    "setgroups",
    "setresuid",
    "getresuid",
    "setresgid",
    "getresgid",
    "getpgid",
    "setfsuid",
    "setfsgid",
    "getsid",
    "capget",
    "capset",
    "rt_sigpending",
    "rt_sigtimedwait",
    "rt_sigqueueinfo",
    "sigaltstack",
    "personality",
    "ustat",
    "sysfs",
    "getpriority",
    "setpriority",
    "sched_setparam",
    "sched_getparam",
    "sched_setscheduler",
    "sched_getscheduler",
    "sched_get_priority_max",
    "sched_get_priority_min",
    "sched_rr_get_interval",
    "mlock",
    "munlock",
    "mlockall",
    "munlockall",
    "vhangup",
    "modify_ldt",
    "_sysctl",
    "prctl",
    "arch_prctl",
    "adjtimex",
    "setrlimit",
    "sync",
    "settimeofday",
    "reboot",
    "sethostname",
    "setdomainname",
    "iopl",
    "ioperm",
    "create_module",
    "init_module",
    "delete_module",
    "get_kernel_syms",
    "query_module",
    "nfsservctl",
    "getpmsg",
    "putpmsg",
    "afs_syscall",
    "tuxcall",
    "security",
    "gettid",
    "readahead",
    "fgetxattr",
    "flistxattr",
    "tkill",
    "time",
    "futex",
    "sched_setaffinity",
    "sched_getaffinity",
    "set_thread_area",
    "io_setup",
    "io_destroy",
    "io_getevents",
    "io_submit",
    "io_cancel",
    "get_thread_area",
    "lookup_dcookie",
    "epoll_create",
    "epoll_ctl_old",
    "epoll_wait_old",
    "remap_file_pages",
    "set_tid_address",
    "restart_syscall",
    "semtimedop",
    "fadvise64",
    "timer_create",
    "timer_settime",
    "timer_gettime",
    "timer_getoverrun",
    "timer_delete",
    "clock_settime",
    "clock_gettime",
    "clock_getres",
    "clock_nanosleep",
    "exit_group",
    "epoll_wait",
    "epoll_ctl",
    "tgkill",
    "vserver",
    "mbind",
    "set_mempolicy",
    "get_mempolicy",
    "mq_open",
    "mq_unlink",
    "mq_timedsend",
    "mq_timedreceive",
    "mq_notify",
    "mq_getsetattr",
    "kexec_load",
    "waitid",
    "add_key",
    "request_key",
    "keyctl",
    "ioprio_set",
    "ioprio_get",
    "inotify_init",
    "inotify_rm_watch",
    "migrate_pages",
    "unshare",
    "set_robust_list",
    "get_robust_list",
    "splice",
    "tee",
    "sync_file_range",
    "vmsplice",
    "move_pages",
    "signalfd",
    "timerfd_create",
    "eventfd",
    "fallocate",
    "timerfd_settime",
    "timerfd_gettime",
    "signalfd4",
    "eventfd2",
    "epoll_create1",
    "dup3",
    "pipe2",
    "inotify_init1",
    "preadv",
    "pwritev",
    "rt_tgsigqueueinfo",
    "perf_event_open",
    "fanotify_init",
    "prlimit64",
    "open_by_handle_at",
    "clock_adjtime",
    "syncfs",
    "setns",
    "getcpu",
    "process_vm_readv",
    "process_vm_writev",
    "kcmp",
    "finit_module",
    "sched_setattr",
    "sched_getattr",
    "seccomp",
    "getrandom",
    "memfd_create",
    "kexec_file_load",
    "bpf",
    "userfaultfd",
    "membarrier",
    "mlock2",
    "copy_file_range",
    "preadv2",
    "pwritev2",
    "pkey_mprotect",
    "pkey_alloc",
    "pkey_free",
    "rseq",
    "pidfd_send_signal",
    "io_uring_enter",
    "io_uring_register",
    "fsopen",
    "fsmount",
    "pidfd_open",
    "clone3",
    "close_range",
    "pidfd_getfd",
    "process_madvise",
    "quotactl_fd",
    "landlock_create_ruleset",
    "landlock_add_rule",
    "landlock_restrict_self",
    "memfd_secret",
    "process_mrelease",
    "futex_waitv",
    "set_mempolicy_home_node",
    "cachestat",
    "map_shadow_stack",
    "futex_wake",
    "futex_wait",
    "futex_requeue",
    "statmount",
    "listmount",
    "lsm_get_self_attr",
    "lsm_set_self_attr",
    "lsm_list_modules",
    "mseal",
    "uretprobe",
    "listns",
};

// Rows for calls that Debian 12's headers (Linux 6.1) do not have yet.
const char* const kNewerThanHeaders[] = {
    "fchmodat2",     "setxattrat",     "getxattrat",   "listxattrat",
    "removexattrat", "open_tree_attr", "file_getattr", "file_setattr",
};

constexpr char kHeader[] = "/usr/include/x86_64-linux-gnu/asm/unistd_64.h";

// What the kernel's header says: "#define __NR_read 0".
std::map<std::string, int> HeaderNumbers() {
  std::map<std::string, int> numbers;
  std::ifstream header(kHeader);
  std::string define, name;
  int number;
  for (std::string line; std::getline(header, line);) {
    char name_of[64];
    if (sscanf(line.c_str(), "#define __NR_%63s %d", name_of, &number) == 2) {
      numbers[name_of] = number;
    }
  }
  return numbers;
}

bool IsOneOf(const std::string& name, const char* const* begin,
             const char* const* end) {
  return std::any_of(begin, end, [&](const char* s) { return name == s; });
}

TEST(SyscallTable, NumbersAndNamesAreTheKernels) {
  const std::map<std::string, int> numbers = HeaderNumbers();
  ASSERT_GT(numbers.size(), 350u) << kHeader;
  for (const SyscallRow& row : AllSyscalls()) {
    const auto found = numbers.find(row.name);
    if (found == numbers.end()) {
      EXPECT_TRUE(IsOneOf(row.name, std::begin(kNewerThanHeaders),
                          std::end(kNewerThanHeaders)))
          << row.name << " is in no header";
    } else {
      EXPECT_EQ(row.number, found->second) << row.name;
    }
  }
}

TEST(SyscallTable, EveryCallOfTheHeadersIsHereOrTakesNoPath) {
  std::set<std::string> here;
  for (const SyscallRow& row : AllSyscalls()) here.insert(row.name);
  for (const auto& [name, number] : HeaderNumbers()) {
    const bool no_path =
        IsOneOf(name, std::begin(kTakesNoPath), std::end(kTakesNoPath));
    EXPECT_NE(here.count(name) == 1, no_path)
        << name << " (" << number
        << ") must be in syscall_table.cc or in kTakesNoPath";
  }
}

TEST(SyscallTable, IsSortedAndFound) {
  int last = -1;
  for (const SyscallRow& row : AllSyscalls()) {
    EXPECT_GT(row.number, last);
    last = row.number;
    EXPECT_LT(row.number, kMaxSyscall);
    EXPECT_EQ(FindSyscall(row.number), &row);
  }
  EXPECT_EQ(FindSyscall(0), nullptr);  // read
  EXPECT_EQ(FindSyscall(-1), nullptr);
  EXPECT_EQ(FindSyscall(kMaxSyscall), nullptr);
  EXPECT_EQ(FindSyscall(1L << 32 | 2), nullptr);
}

bool IsArgument(int8_t argument) { return argument >= 0 && argument <= 5; }

// Fields that another field makes necessary are there, others are not.
TEST(SyscallTable, RowsAreConsistent) {
  for (const SyscallRow& row : AllSyscalls()) {
    SCOPED_TRACE(row.name);
    EXPECT_TRUE(row.paths[1].path == kNoArgument ||
                IsArgument(row.paths[0].path));
    if (row.handling == Handling::kPaths) {
      EXPECT_TRUE(IsArgument(row.paths[0].path));
    }
    if (row.pass == Pass::kNoData) {
      EXPECT_TRUE(IsArgument(row.data));
    }
    if (row.pass == Pass::kEmptyBitOnly) {
      EXPECT_NE(row.paths[0].empty_bit, 0u);
    }
    for (const PathArgument& p : row.paths) {
      const bool by_bit =
          p.follow == Follow::kUnlessBit || p.follow == Follow::kIfBit;
      EXPECT_EQ(by_bit, p.follow_bit != 0);
      EXPECT_EQ(by_bit, IsArgument(p.bits));
      EXPECT_TRUE(by_bit || p.empty_bit == 0);
      EXPECT_EQ(IsArgument(p.flags), p.effect == Effect::kOpen ||
                                         p.effect == Effect::kOpenHow ||
                                         p.effect == Effect::kAccess);
    }
  }
}

struct Expected {
  const char* name;
  int path;
  int dirfd;
  Effect effect;
  Follow follow;
};

class SyscallRowIs : public ::testing::TestWithParam<Expected> {};

TEST_P(SyscallRowIs, AsTheManualPageSays) {
  const Expected& e = GetParam();
  for (const SyscallRow& row : AllSyscalls()) {
    if (std::string(row.name) != e.name) continue;
    EXPECT_EQ(row.paths[0].path, e.path);
    EXPECT_EQ(row.paths[0].dirfd, e.dirfd);
    EXPECT_EQ(row.paths[0].effect, e.effect);
    EXPECT_EQ(row.paths[0].follow, e.follow);
    return;
  }
  FAIL() << "no row";
}

INSTANTIATE_TEST_SUITE_P(
    Calls, SyscallRowIs,
    ::testing::Values(
        Expected{"open", 0, -1, Effect::kOpen, Follow::kOpen},
        Expected{"openat2", 1, 0, Effect::kOpenHow, Follow::kOpen},
        Expected{"lstat", 0, -1, Effect::kLook, Follow::kNo},
        Expected{"symlinkat", 2, 1, Effect::kCreate, Follow::kNo},
        Expected{"linkat", 1, 0, Effect::kLook, Follow::kIfBit},
        Expected{"rename", 0, -1, Effect::kRemove, Follow::kNo},
        Expected{"faccessat2", 1, 0, Effect::kAccess, Follow::kUnlessBit},
        Expected{"faccessat", 1, 0, Effect::kAccess, Follow::kYes},
        Expected{"fanotify_mark", 4, 3, Effect::kLook, Follow::kUnlessBit},
        Expected{"file_setattr", 1, 0, Effect::kChange, Follow::kUnlessBit},
        Expected{"quotactl", 1, -1, Effect::kLook, Follow::kYes}),
    [](const ::testing::TestParamInfo<Expected>& info) {
      return std::string(info.param.name);
    });

}  // namespace
}  // namespace relocatable
