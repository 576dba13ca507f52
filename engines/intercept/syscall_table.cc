#include "engines/intercept/syscall_table.h"

#if !defined(__x86_64__)
#error "the numbers below are x86-64's"
#endif

namespace relocatable {
namespace {

// <fcntl.h>, <linux/mount.h> and <linux/fanotify.h>; those of Debian 12 lack
// some, and freestanding code includes no libc.
constexpr uint32_t kAtSymlinkNofollow = 0x100;
constexpr uint32_t kAtSymlinkFollow = 0x400;
constexpr uint32_t kAtEmptyPath = 0x1000;
constexpr uint32_t kUmountNofollow = 8;
constexpr uint32_t kInDontFollow = 0x02000000;
constexpr uint32_t kFanMarkDontFollow = 4;
constexpr uint32_t kMoveMountFromSymlinks = 1;
constexpr uint32_t kMoveMountFromEmptyPath = 4;
constexpr uint32_t kMoveMountToSymlinks = 0x10;
constexpr uint32_t kMoveMountToEmptyPath = 0x40;
constexpr uint32_t kFspickSymlinkNofollow = 2;
constexpr uint32_t kFspickEmptyPath = 8;

using enum Effect;
using enum Handling;

constexpr int8_t kCwd = kNoArgument;

// A path whose last link is followed, or not.
constexpr PathArgument Path(int8_t dirfd, int8_t path, Effect effect = kLook) {
  return {.path = path, .dirfd = dirfd, .effect = effect};
}
constexpr PathArgument LinkItself(int8_t dirfd, int8_t path,
                                  Effect effect = kLook) {
  return {
      .path = path, .dirfd = dirfd, .effect = effect, .follow = Follow::kNo};
}

// A path of a call whose argument `bits` may say AT_SYMLINK_NOFOLLOW and
// AT_EMPTY_PATH.
constexpr PathArgument AtPath(int8_t dirfd, int8_t path, int8_t bits,
                              Effect effect = kLook) {
  return {.path = path,
          .dirfd = dirfd,
          .effect = effect,
          .follow = Follow::kUnlessBit,
          .bits = bits,
          .follow_bit = kAtSymlinkNofollow,
          .empty_bit = kAtEmptyPath};
}

constexpr PathArgument Opened(int8_t dirfd, int8_t path, int8_t flags,
                              Effect effect = kOpen) {
  return {.path = path,
          .dirfd = dirfd,
          .effect = effect,
          .flags = flags,
          .follow = Follow::kOpen};
}

constexpr PathArgument Accessed(int8_t dirfd, int8_t path, int8_t mode,
                                int8_t bits) {
  PathArgument argument = bits == kNoArgument
                              ? Path(dirfd, path, kAccess)
                              : AtPath(dirfd, path, bits, kAccess);
  argument.flags = mode;
  return argument;
}

// clang-format off
constexpr SyscallRow kRows[] = {
    {2, "open", kPaths, {Opened(kCwd, 0, 1)}},
    {4, "stat", kPaths, {Path(kCwd, 0)}},
    {6, "lstat", kPaths, {LinkItself(kCwd, 0)}},
    {9, "mmap", kMapFile, {}, kNoArgument, kNoArgument, Pass::kNoNewCode},
    {13, "rt_sigaction", kSigaction, {}, 1, 3, Pass::kOtherSignal},
    {14, "rt_sigprocmask", kBlockSignals, {}, 1, 3, Pass::kUnblock},
    {21, "access", kPaths, {Accessed(kCwd, 0, 1, kNoArgument)}},
    {42, "connect", kSocketName, {}, 1, 2},
    {43, "accept", kSocketNameBack, {}, 1, 2, Pass::kNoData},
    {44, "sendto", kSocketName, {}, 4, 5, Pass::kNoData},
    {45, "recvfrom", kSocketNameBack, {}, 4, 5, Pass::kNoData},
    {46, "sendmsg", kMessage, {}, 1},
    {47, "recvmsg", kMessageBack, {}, 1},
    {49, "bind", kSocketName, {}, 1, 2},
    {51, "getsockname", kSocketNameBack, {}, 1, 2},
    {52, "getpeername", kSocketNameBack, {}, 1, 2},
    {59, "execve", kExec, {Path(kCwd, 0)}, 1, 2},
    {76, "truncate", kPaths, {Path(kCwd, 0, kChange)}},
    {78, "getdents", kDirectory, {}, 1, 2},
    {79, "getcwd", kGetcwd, {}, 0, 1},
    {80, "chdir", kPaths, {Path(kCwd, 0)}},
    {82, "rename", kPaths, {LinkItself(kCwd, 0, kRemove), LinkItself(kCwd, 1, kRemove)}},
    {83, "mkdir", kPaths, {LinkItself(kCwd, 0, kCreate)}},
    {84, "rmdir", kPaths, {LinkItself(kCwd, 0, kRemove)}},
    {85, "creat", kPaths, {Path(kCwd, 0, kCreat)}},
    {86, "link", kPaths, {LinkItself(kCwd, 0), LinkItself(kCwd, 1, kCreate)}},
    {87, "unlink", kPaths, {LinkItself(kCwd, 0, kRemove)}},
    // The first argument is the link's text, and stays as it is.
    {88, "symlink", kPaths, {LinkItself(kCwd, 1, kCreate)}},
    {89, "readlink", kReadlink, {LinkItself(kCwd, 0)}, 1, 2},
    {90, "chmod", kPaths, {Path(kCwd, 0, kChange)}},
    {91, "fchmod", kChangeOpen, {}, 0},
    {92, "chown", kPaths, {Path(kCwd, 0, kChange)}},
    {93, "fchown", kChangeOpen, {}, 0},
    {94, "lchown", kPaths, {LinkItself(kCwd, 0, kChange)}},
    {101, "ptrace", kTraceMe, {}, 0, kNoArgument, Pass::kData},
    {130, "rt_sigsuspend", kWaitMask, {}, 0, 1},
    {132, "utime", kPaths, {Path(kCwd, 0, kChange)}},
    {133, "mknod", kPaths, {LinkItself(kCwd, 0, kCreate)}},
    {134, "uselib", kPaths, {Path(kCwd, 0)}},
    {137, "statfs", kStatfs, {Path(kCwd, 0)}, 1},
    {138, "fstatfs", kStatfs, {}, 1, 0},
    {155, "pivot_root", kPaths, {Path(kCwd, 0), Path(kCwd, 1)}},
    {161, "chroot", kPaths, {Path(kCwd, 0)}},
    {163, "acct", kPaths, {Path(kCwd, 0, kChange)}},
    // The source is a path for bind mounts and block devices, a word otherwise
    // ("tmpfs"), which no mount of ours matches.
    {165, "mount", kPaths, {Path(kCwd, 0), Path(kCwd, 1)}},
    {166, "umount2", kPaths, {{.path = 0, .follow = Follow::kUnlessBit, .bits = 1, .follow_bit = kUmountNofollow}}},
    {167, "swapon", kPaths, {Path(kCwd, 0)}},
    {168, "swapoff", kPaths, {Path(kCwd, 0)}},
    // The device; Q_QUOTAON's file name (which needs privilege) is not looked at.
    {179, "quotactl", kPaths, {Path(kCwd, 1)}},
    {188, "setxattr", kPaths, {Path(kCwd, 0, kChange)}},
    {189, "lsetxattr", kPaths, {LinkItself(kCwd, 0, kChange)}},
    {190, "fsetxattr", kChangeOpen, {}, 0},
    {191, "getxattr", kPaths, {Path(kCwd, 0)}},
    {192, "lgetxattr", kPaths, {LinkItself(kCwd, 0)}},
    {194, "listxattr", kPaths, {Path(kCwd, 0)}},
    {195, "llistxattr", kPaths, {LinkItself(kCwd, 0)}},
    {197, "removexattr", kPaths, {Path(kCwd, 0, kChange)}},
    {198, "lremovexattr", kPaths, {LinkItself(kCwd, 0, kChange)}},
    {199, "fremovexattr", kChangeOpen, {}, 0},
    {217, "getdents64", kDirectory, {}, 1, 2},
    {235, "utimes", kPaths, {Path(kCwd, 0, kChange)}},
    {254, "inotify_add_watch", kPaths, {{.path = 1, .follow = Follow::kUnlessBit, .bits = 2, .follow_bit = kInDontFollow}}},
    {257, "openat", kPaths, {Opened(0, 1, 2)}},
    {258, "mkdirat", kPaths, {LinkItself(0, 1, kCreate)}},
    {259, "mknodat", kPaths, {LinkItself(0, 1, kCreate)}},
    {260, "fchownat", kPaths, {AtPath(0, 1, 4, kChange)}},
    {261, "futimesat", kPaths, {Path(0, 1, kChange)}},
    {262, "newfstatat", kPaths, {AtPath(0, 1, 3)}, kNoArgument, kNoArgument, Pass::kEmptyBitOnly},
    {263, "unlinkat", kPaths, {LinkItself(0, 1, kRemove)}},
    {264, "renameat", kPaths, {LinkItself(0, 1, kRemove), LinkItself(2, 3, kRemove)}},
    {265, "linkat", kPaths, {{.path = 1, .dirfd = 0, .follow = Follow::kIfBit, .bits = 4, .follow_bit = kAtSymlinkFollow, .empty_bit = kAtEmptyPath}, LinkItself(2, 3, kCreate)}},
    {266, "symlinkat", kPaths, {LinkItself(1, 2, kCreate)}},
    // An empty path means the descriptor, without any flag (readlinkat(2)).
    {267, "readlinkat", kReadlink, {LinkItself(0, 1)}, 2, 3},
    // fchmodat and faccessat have three arguments; the flags of the functions
    // of the same name came with fchmodat2 and faccessat2.
    {268, "fchmodat", kPaths, {Path(0, 1, kChange)}},
    {269, "faccessat", kPaths, {Accessed(0, 1, 2, kNoArgument)}},
    {270, "pselect6", kWaitMaskPair, {}, 5, kNoArgument, Pass::kNoData},
    {271, "ppoll", kWaitMask, {}, 3, 4, Pass::kNoData},
    {280, "utimensat", kPaths, {AtPath(0, 1, 3, kChange)}},
    {281, "epoll_pwait", kWaitMask, {}, 4, 5, Pass::kNoData},
    {288, "accept4", kSocketNameBack, {}, 1, 2, Pass::kNoData},
    {299, "recvmmsg", kMessagesBack, {}, 1, 2},
    {301, "fanotify_mark", kPaths, {{.path = 4, .dirfd = 3, .follow = Follow::kUnlessBit, .bits = 1, .follow_bit = kFanMarkDontFollow}}},
    {303, "name_to_handle_at", kPaths, {{.path = 1, .dirfd = 0, .follow = Follow::kIfBit, .bits = 4, .follow_bit = kAtSymlinkFollow, .empty_bit = kAtEmptyPath}}},
    {307, "sendmmsg", kMessages, {}, 1, 2},
    {316, "renameat2", kPaths, {LinkItself(0, 1, kRemove), LinkItself(2, 3, kRemove)}},
    {322, "execveat", kExec, {AtPath(0, 1, 4)}, 2, 3},
    {332, "statx", kPaths, {AtPath(0, 1, 2)}},
    {333, "io_pgetevents", kWaitMaskPair, {}, 5, kNoArgument, Pass::kNoData},
    {425, "io_uring_setup", kRefuse, {}},
    {428, "open_tree", kPaths, {AtPath(0, 1, 2)}},
    {429, "move_mount", kPaths, {
        {.path = 1, .dirfd = 0, .follow = Follow::kIfBit, .bits = 4, .follow_bit = kMoveMountFromSymlinks, .empty_bit = kMoveMountFromEmptyPath},
        {.path = 3, .dirfd = 2, .follow = Follow::kIfBit, .bits = 4, .follow_bit = kMoveMountToSymlinks, .empty_bit = kMoveMountToEmptyPath}}},
    {431, "fsconfig", kFsconfig, {Path(4, 3)}, 1},
    {433, "fspick", kPaths, {{.path = 1, .dirfd = 0, .follow = Follow::kUnlessBit, .bits = 2, .follow_bit = kFspickSymlinkNofollow, .empty_bit = kFspickEmptyPath}}},
    {437, "openat2", kPaths, {Opened(0, 1, 2, kOpenHow)}},
    {439, "faccessat2", kPaths, {Accessed(0, 1, 2, 3)}},
    {441, "epoll_pwait2", kWaitMask, {}, 4, 5, Pass::kNoData},
    {442, "mount_setattr", kPaths, {AtPath(0, 1, 2)}},
    {452, "fchmodat2", kPaths, {AtPath(0, 1, 3, kChange)}},
    {463, "setxattrat", kPaths, {AtPath(0, 1, 2, kChange)}},
    {464, "getxattrat", kPaths, {AtPath(0, 1, 2)}},
    {465, "listxattrat", kPaths, {AtPath(0, 1, 2)}},
    {466, "removexattrat", kPaths, {AtPath(0, 1, 2, kChange)}},
    {467, "open_tree_attr", kPaths, {AtPath(0, 1, 2)}},
    {468, "file_getattr", kPaths, {AtPath(0, 1, 4)}},
    {469, "file_setattr", kPaths, {AtPath(0, 1, 4, kChange)}},
};
// clang-format on

constexpr size_t kRowCount = sizeof(kRows) / sizeof(kRows[0]);
constexpr uint8_t kNoRow = 255;
static_assert(kRowCount < kNoRow);

struct Index {
  uint8_t row[kMaxSyscall];
};

constexpr Index MakeIndex() {
  Index index = {};
  for (uint8_t& row : index.row) row = kNoRow;
  for (size_t i = 0; i < kRowCount; ++i) {
    index.row[kRows[i].number] = static_cast<uint8_t>(i);
  }
  return index;
}

constexpr Index kIndex = MakeIndex();

}  // namespace

SyscallRows AllSyscalls() { return {kRows, kRows + kRowCount}; }

const SyscallRow* FindSyscall(long number) {
  if (number < 0 || number >= kMaxSyscall) return nullptr;
  const uint8_t row = kIndex.row[number];
  return row == kNoRow ? nullptr : &kRows[row];
}

}  // namespace relocatable
