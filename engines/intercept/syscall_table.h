// engines/intercept/syscall_table.h - THE table of system calls that concern
// us: which arguments are paths, and what else a call can do that a program
// under a view must not notice.
//
// The dispatcher translates by it, the seccomp filter is built from it, sites
// are patched for the calls in it, and the ptrace engine stops at them. A call
// that is not in it passes untouched. syscall_table_test.cc holds it against
// the kernel's headers: a number the headers have must be either here or in the
// test's list of calls that take no path.
//
// Sources: the manual page of each call; for those without one the kernel's
// fs/namei.c, fs/namespace.c, fs/xattr.c, fs/file_attr.c, fs/fsopen.c.
//
// Freestanding; plain data without pointers, so that it needs no relocation.
#ifndef ENGINES_INTERCEPT_SYSCALL_TABLE_H_
#define ENGINES_INTERCEPT_SYSCALL_TABLE_H_

#include <stddef.h>
#include <stdint.h>

namespace relocatable {

// One more than the highest number in the table can be; abi.h has a byte for
// each number below it.
inline constexpr long kMaxSyscall = 512;

inline constexpr int8_t kNoArgument = -1;

// What a call does at the name it is given. Decides whether a read-only mount
// refuses it (EROFS).
enum class Effect : uint8_t {
  kLook,     // reads what the name is, or what it holds
  kChange,   // changes an existing file: content, mode, owner, times, xattrs
  kCreate,   // makes the name; EEXIST goes before EROFS
  kRemove,   // removes the name, or moves another there; EROFS goes first
  kCreat,    // as open(2) with O_CREAT, O_WRONLY and O_TRUNC
  kOpen,     // as the open(2) flags in argument `flags` say
  kOpenHow,  // as the struct open_how that argument `flags` points to says
  kAccess,   // asks; `flags` is the argument with R_OK, W_OK, X_OK: W_OK is
             // refused for everything but devices, pipes and sockets
};

// Whether a symbolic link as the last component is followed.
enum class Follow : uint8_t {
  kYes,
  kNo,
  kUnlessBit,  // not if argument `bits` has `follow_bit`
  kIfBit,      // only if argument `bits` has `follow_bit`
  kOpen,       // not with O_NOFOLLOW, nor with O_CREAT and O_EXCL together
};

// One path among the arguments. Argument numbers are 0 to 5 or kNoArgument. A
// null pointer is no path: some calls give it a meaning (utimensat: the
// descriptor itself), the others fail with EFAULT as they should.
struct PathArgument {
  int8_t path = kNoArgument;   // the pointer
  int8_t dirfd = kNoArgument;  // where a relative one starts; none: the cwd
  Effect effect = Effect::kLook;
  int8_t flags = kNoArgument;  // see Effect
  Follow follow = Follow::kYes;
  int8_t bits = kNoArgument;  // holds follow_bit and empty_bit
  uint32_t follow_bit = 0;
  // With this bit an empty path means `dirfd` itself, and nothing needs to be
  // translated; 0: an empty path is ENOENT.
  uint32_t empty_bit = 0;
};

// What the dispatcher does with a call, beside translating `paths`. `data` and
// `size` are the arguments that it needs for it.
enum class Handling : uint8_t {
  kPaths,       // nothing else
  kReadlink,    // the text in buffer `data` of `size` bytes is shown as guest
                // path
  kGetcwd,      // the same for the cwd
  kStatfs,      // struct statfs at `data`: a read-only mount says so; without
                // `paths` of the descriptor `size`
  kChangeOpen,  // changes what descriptor `data` is open on
  kDirectory,   // entries in buffer `data`: mount points that the host lacks
                // are added
  kExec,        // through the stub; `data` is argv, `size` the environment
  kSocketName,  // struct sockaddr at `data`, `size` bytes: translated if
                // AF_UNIX with a path
  kSocketNameBack,  // the kernel wrote one to `data`; `size` points to its size
  kMessage,         // struct msghdr at `data`: its name is a socket name
  kMessageBack,
  kMessages,  // array of struct mmsghdr at `data`, `size` of them
  kMessagesBack,
  kBlockSignals,  // rt_sigprocmask: the signals we live by stay unblocked
  kWaitMask,      // sigset at `data`, `size` bytes, for the call's duration
  kWaitMaskPair,  // `data` points to {pointer, size} of one
  kSigaction,     // ours stay in force, the program's are kept and called
  kMapFile,       // mmap: a file's code may have a twin
  kFsconfig,      // `paths` counts only if argument `data` is
                  // FSCONFIG_SET_PATH or FSCONFIG_SET_PATH_EMPTY
  kTraceMe,       // ptrace: PTRACE_TRACEME in a vfork's child
  kRefuse,        // ENOSYS: would act on paths where we cannot see it
};

// Calls that the filter can let through by a look at their arguments, because
// then nothing is to be done. (A filter cannot follow pointers.)
enum class Pass : uint8_t {
  kNever,
  kNoData,        // argument `data` is null
  kData,          // argument `data` is not 0
  kEmptyBitOnly,  // argument `bits` of the path is exactly `empty_bit`: glibc's
                  // fstat. With a path that is not empty it is missed; nobody
                  // has been seen to do that.
  kNoNewCode,     // mmap without PROT_EXEC, or MAP_ANONYMOUS
  kUnblock,       // rt_sigprocmask with no new set, or SIG_UNBLOCK
  kOtherSignal,   // rt_sigaction that only asks, about a signal not ours
};

struct SyscallRow {
  uint16_t number = 0;
  char name[20] = {};
  Handling handling = Handling::kPaths;
  PathArgument paths[2];  // the second only if the first is there
  int8_t data = kNoArgument;
  int8_t size = kNoArgument;
  Pass pass = Pass::kNever;
};

// Whether a tracer brings a call to the interceptor. The others are in the
// table for what becomes of a process whose calls trap: its signals, its code.
// Of rt_sigaction it is only the calls for signals of libraries
// (library_signals.h).
inline bool IsForTracer(const SyscallRow& row) {
  switch (row.handling) {
    case Handling::kBlockSignals:
    case Handling::kWaitMask:
    case Handling::kWaitMaskPair:
    case Handling::kMapFile:
    case Handling::kTraceMe:
      return false;
    default:
      return true;
  }
}

// All rows, by ascending number.
struct SyscallRows {
  const SyscallRow* begin_;
  const SyscallRow* end_;
  const SyscallRow* begin() const { return begin_; }
  const SyscallRow* end() const { return end_; }
};
SyscallRows AllSyscalls();

// The row of a number, or nullptr: passes untouched. Any number is allowed.
const SyscallRow* FindSyscall(long number);

}  // namespace relocatable

#endif  // ENGINES_INTERCEPT_SYSCALL_TABLE_H_
