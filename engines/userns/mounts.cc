#include "engines/userns/mounts.h"

#include <asm/unistd.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <sys/mount.h>
#include <sys/statfs.h>

#include "base/bare/str.h"
#include "base/bare/syscall.h"

namespace relocatable::userns {
namespace {

using bare::Syscall;

constexpr int kMountSetattr = 442;     // __NR_mount_setattr, on every processor
constexpr uint64_t kAttrReadOnly = 1;  // MOUNT_ATTR_RDONLY
constexpr unsigned kAtRecursive = 0x8000;  // AT_RECURSIVE

struct MountAttr {  // struct mount_attr of mount_setattr(2)
  uint64_t set, clear, propagation, user_namespace;
};

// statfs(2) reports a mount's flags as ST_*; remounting wants MS_*.
struct FlagPair {
  long statfs;
  unsigned long mount;
};
constexpr FlagPair kFlags[] = {
    {0x0002, MS_NOSUID},  {0x0004, MS_NODEV},      {0x0008, MS_NOEXEC},
    {0x0400, MS_NOATIME}, {0x0800, MS_NODIRATIME}, {0x1000, MS_RELATIME},
};

// In a user namespace the flags a mount came with are locked: a remount that
// leaves one out is refused with EPERM (mount_namespaces(7)).
long RemountReadOnly(const char* target) {
  struct statfs st;
  const long result = Syscall(__NR_statfs, target, &st);
  if (result < 0) return result;
  unsigned long flags = MS_REMOUNT | MS_BIND | MS_RDONLY;
  for (const FlagPair& pair : kFlags) {
    if ((st.f_flags & pair.statfs) != 0) flags |= pair.mount;
  }
  return Syscall(__NR_mount, nullptr, target, nullptr, flags, nullptr);
}

// Overlay's options separate paths by ':' and options by ','.
void AppendEscaped(bare::Str path, bare::Buffer& options) {
  for (size_t i = 0; i < path.size; ++i) {
    if (path[i] == ':' || path[i] == ',' || path[i] == '\\') {
      options.Append("\\");
    }
    options.Append(path.From(i).First(1));
  }
}

}  // namespace

long Bind(const char* source, const char* target) {
  return Syscall(__NR_mount, source, target, nullptr, MS_BIND | MS_REC,
                 nullptr);
}

long Move(const char* source, const char* target) {
  return Syscall(__NR_mount, source, target, nullptr, MS_MOVE, nullptr);
}

long MountTmpfs(const char* target, mode_t mode) {
  // Without the two limits the kernel keeps no counters for them.
  bare::FixedBuffer<64> options;
  options.Append("size=0,nr_inodes=0,mode=");
  for (int shift = 9; shift >= 0; shift -= 3) {
    options.AppendNumber((mode >> shift) & 7);
  }
  return Syscall(__NR_mount, "relocatable", target, "tmpfs",
                 MS_NOSUID | MS_NODEV, options.c_str());
}

long MountOverlay(const char* upper, const char* lower, const char* target) {
  char space[4096];  // what mount(2) copies of its options: a page
  bare::Buffer options(space, sizeof(space));
  options.Append("lowerdir=");
  AppendEscaped(upper, options);
  options.Append(":");
  AppendEscaped(lower, options);
  if (options.overflow()) return -ENAMETOOLONG;
  return Syscall(__NR_mount, "relocatable", target, "overlay", MS_RDONLY,
                 options.c_str());
}

long MakeReadOnly(const char* target, Depth depth) {
  // Leaves locked flags alone by itself. A container's seccomp profile may
  // answer EPERM to what it does not know.
  const MountAttr attributes = {kAttrReadOnly, 0, 0, 0};
  const long result = Syscall(kMountSetattr, AT_FDCWD, target,
                              depth == Depth::kAll ? kAtRecursive : 0u,
                              &attributes, sizeof(attributes));
  return result == 0 ? 0 : RemountReadOnly(target);
}

}  // namespace relocatable::userns
