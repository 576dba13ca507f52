#include "engines/intercept/only_path.h"

#include <asm/unistd.h>
#include <stdint.h>

namespace relocatable {
namespace {

// fcntl.h and linux/stat.h, which freestanding code does not have.
constexpr uint64_t kAccessMode = 3, kNoctty = 0400, kNonblock = 04000,
                   kLargefile = 0100000, kDirectory = 0200000,
                   kNofollow = 0400000, kCloexec = 02000000, kPath = 010000000;
constexpr uint64_t kPlainOpen = kAccessMode | kNoctty | kNonblock | kLargefile |
                                kDirectory | kNofollow | kCloexec;
constexpr uint64_t kAtSymlinkNofollow = 0x100, kAtEaccess = 0x200,
                   kAtNoAutomount = 0x800, kAtEmptyPath = 0x1000,
                   kAtStatxSync = 0x6000, kStatxReserved = 0x80000000;

bool Within(long value, uint64_t allowed) {
  return (static_cast<uint32_t>(value) & ~allowed) == 0;
}

bool IsPlainOpen(long flags) {
  return Within(flags, kPlainOpen) ||
         Within(flags, kPath | kDirectory | kNofollow | kCloexec);
}

}  // namespace

bool OnlyPathCanFail(const Call& call) {
  const long* a = call.arguments;
  switch (call.number) {
    case __NR_stat:
    case __NR_lstat:
    case __NR_chdir:
      return true;
    case __NR_open:
      return IsPlainOpen(a[1]);
    case __NR_openat:
      return IsPlainOpen(a[2]);
    case __NR_newfstatat:
      return Within(a[3], kAtSymlinkNofollow | kAtNoAutomount | kAtEmptyPath);
    case __NR_statx:
      return Within(a[2], kAtSymlinkNofollow | kAtNoAutomount | kAtEmptyPath |
                              kAtStatxSync) &&
             (static_cast<uint64_t>(a[2]) & kAtStatxSync) != kAtStatxSync &&
             Within(a[3], ~kStatxReserved);
    case __NR_access:
      return Within(a[1], 7);
    case __NR_faccessat:
      return Within(a[2], 7);
    case __NR_faccessat2:
      return Within(a[2], 7) &&
             Within(a[3], kAtSymlinkNofollow | kAtEaccess | kAtEmptyPath);
    case __NR_readlink:
      return static_cast<int>(a[2]) > 0;
    case __NR_readlinkat:
      return static_cast<int>(a[3]) > 0;
    default:
      return false;
  }
}

}  // namespace relocatable
