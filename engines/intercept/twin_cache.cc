#include "engines/intercept/twin_cache.h"

#include <asm/stat.h>
#include <asm/unistd.h>
#include <linux/resource.h>
#include <linux/time.h>

#include "base/bare/syscall.h"
#include "engines/intercept/abi.h"
#include "engines/intercept/session.h"

namespace relocatable {
namespace {

using bare::Syscall;

constexpr long kAtFdcwd = -100;
constexpr char kBeside[] = ".new";
constexpr uint64_t kLargestFile = 64 * 1024 * 1024;

constexpr unsigned kDirectory = 0040000, kRegular = 0100000;

// Whether nobody but `user` may have made what is there.
bool IsOwn(const struct stat& st, unsigned type, unsigned user) {
  constexpr unsigned kType = 0170000, kOthersWrite = 022;
  return (st.st_mode & kType) == type && (st.st_mode & kOthersWrite) == 0 &&
         st.st_uid == user;
}

bool IsOwnDirectory(const char* path, unsigned user) {
  struct stat st;
  return Syscall(__NR_newfstatat, kAtFdcwd, path, &st, 0) == 0 &&
         IsOwn(st, kDirectory, user);
}

uint64_t Now() {
  struct timespec now = {};
  Syscall(__NR_clock_gettime, CLOCK_REALTIME, &now);
  return static_cast<uint64_t>(now.tv_sec);
}

// A write past the limit would raise SIGXFSZ.
bool HasFileSizeLimit() {
  constexpr uint64_t kNone = ~uint64_t{0};
  struct {
    uint64_t now, most;
  } limit;
  return Syscall(__NR_prlimit64, 0, RLIMIT_FSIZE, nullptr, &limit) != 0 ||
         limit.now != kNone;
}

void AppendHex(uint64_t value, bare::Buffer& to) {
  for (int shift = 60; shift >= 0; shift -= 4) {
    to.Append(bare::Str(&"0123456789abcdef"[value >> shift & 15], 1));
  }
}

bool WriteAt(long fd, const void* from, uint64_t size, uint64_t at) {
  return Syscall(__NR_pwrite64, fd, from, size, at) == static_cast<long>(size);
}

}  // namespace

TwinCache::TwinCache(long fd, uint64_t begin) : fd_(fd) {
  if (session.twin_cache[0] == '\0' || !ReadOrigin(fd, begin, origin_)) return;
  user_ = static_cast<unsigned>(Syscall(__NR_geteuid));
  if (!IsOwnDirectory(session.twin_cache, user_)) return;
  path_.Append(session.twin_cache).Append("/");
  AppendHex(origin_.device, path_);
  AppendHex(origin_.inode, path_.Append("-"));
  AppendHex(begin, path_.Append("-"));
  beside_.Append(path_.str()).Append(kBeside);
  if (beside_.overflow()) path_.Clear();
}

TwinCache::~TwinCache() {
  if (beside_fd_ >= 0) Syscall(__NR_close, beside_fd_);
}

long TwinCache::Open(CachedTwinHeader& header) const {
  // O_NOFOLLOW, O_NONBLOCK for what is no file, O_CLOEXEC
  constexpr long kFlags = 0400000 | 04000 | 02000000;
  if (path_.size() == 0) return -1;
  const long fd = Syscall(__NR_openat, kAtFdcwd, path_.c_str(), kFlags, 0);
  if (fd < 0) return -1;
  struct stat st;
  if (Syscall(__NR_fstat, fd, &st) == 0 && IsOwn(st, kRegular, user_) &&
      Syscall(__NR_pread64, fd, &header, sizeof(header), 0) ==
          static_cast<long>(sizeof(header)) &&
      IsTwinOf(origin_, header, static_cast<uint64_t>(st.st_size))) {
    return fd;
  }
  Syscall(__NR_close, fd);
  return -1;
}

bool TwinCache::Begin() {
  // O_WRONLY, O_CREAT, O_EXCL, O_CLOEXEC
  constexpr long kFlags = 01 | 0100 | 0200 | 02000000;
  constexpr long kExists = -17, kNoFollow = 0x100;
  constexpr uint64_t kSettled = 2, kForgotten = 60;  // seconds
  if (path_.size() == 0 || origin_.size > kLargestFile) return false;
  const uint64_t now = Now();
  if (origin_.changed + kSettled > now || HasFileSizeLimit()) return false;
  const char* const name = beside_.c_str();
  beside_fd_ = Syscall(__NR_openat, kAtFdcwd, name, kFlags, 0600);
  struct stat st;
  if (beside_fd_ == kExists &&
      Syscall(__NR_newfstatat, kAtFdcwd, name, &st, kNoFollow) == 0 &&
      st.st_mtime + kForgotten < now) {
    Syscall(__NR_unlinkat, kAtFdcwd, name, 0);
    beside_fd_ = Syscall(__NR_openat, kAtFdcwd, name, kFlags, 0600);
  }
  return beside_fd_ >= 0;
}

void TwinCache::Keep(const PatchedCode& made) {
  CodeOrigin now;
  const bool is_same = ReadOrigin(fd_, origin_.begin, now) && now == origin_;
  if (is_same && made.complete && Write(made) &&
      Syscall(__NR_renameat, kAtFdcwd, beside_.c_str(), kAtFdcwd,
              path_.c_str()) == 0) {
    return;
  }
  // Left, so that for a minute nobody tries again.
  Syscall(__NR_ftruncate, beside_fd_, 0);
}

bool TwinCache::Write(const PatchedCode& made) const {
  CachedTwinHeader header = {};
  for (int i = 0; i < 8; ++i) header.magic[i] = kCachedTwinMagic[i];
  header.version = kCachedTwinVersion;
  header.abi_version = kInterceptVersion;
  header.origin = origin_;
  header.size = made.size;
  header.trampolines_size = made.trampolines_size;
  if (made.size > 0) {
    header.trampolines_at = made.trampolines - made.code;
  }
  header.check = CheckOf(header);
  // The header last: what has one is whole. Readable for its owner, whatever
  // the umask.
  return WriteAt(beside_fd_, made.code, made.size, kCachedTwinCode) &&
         WriteAt(beside_fd_, made.trampolines, made.trampolines_size,
                 kCachedTwinCode + made.size) &&
         WriteAt(beside_fd_, &header, sizeof(header), 0) &&
         Syscall(__NR_fchmod, beside_fd_, 0600) == 0;
}

}  // namespace relocatable
