#include "engines/intercept/map_twin.h"

#include <asm/stat.h>
#include <asm/unistd.h>
#include <sys/mman.h>

#include "base/bare/str.h"
#include "base/bare/syscall.h"
#include "engines/intercept/session.h"
#include "engines/intercept/twin_index.h"
#include "engines/view/layer.h"
#include "engines/view/resolve.h"

namespace relocatable {
namespace {

using bare::Syscall;

constexpr long kAtFdcwd = -100, kReadCloexec = 02000000,
               kAtSymlinkNofollow = 0x100;

// Set before the program starts, then only read.
TwinIndex twin_index;

bool IsRegular(const struct stat& st) {
  return (st.st_mode & 0170000) == 0100000;
}

// Whether `file`, open at `fd`, holds the code that the row's twin was made of.
bool HasCodeOf(const TwinIndexRow& row, long fd, const struct stat& file) {
  if (row.begin % kCodePage != 0 || row.begin > row.file_size ||
      row.size > row.file_size - row.begin || row.size == 0) {
    return false;
  }
  if (static_cast<int64_t>(file.st_mtime) == twin_index.TimeOf(row) &&
      file.st_mtime_nsec == 0) {
    return true;
  }
  const long map = Syscall(__NR_mmap, nullptr, row.size, PROT_READ,
                           MAP_PRIVATE | MAP_POPULATE, fd, row.begin);
  if (IsMapError(map)) return false;
  const uint64_t hash = HashCode(reinterpret_cast<const void*>(map), row.size);
  Syscall(__NR_munmap, map, row.size);
  return hash == row.code_hash;
}

// Whether the twin serves this session better than patching the original.
bool IsForUse(const TwinIndexRow& row) {
  return session.floor != Floor::kNone || (row.flags & kTwinLeavesCalls) == 0;
}

// Whether the view shows `file` at the row's path.
bool IsAtPathOf(const TwinIndexRow& row, const struct stat& file) {
  bare::FixedBuffer<kPathCapacity> host;
  HostOfPacked(session.view, twin_index.path(row), host);
  struct stat st;
  return !host.overflow() &&
         Syscall(__NR_newfstatat, kAtFdcwd, host.c_str(), &st,
                 kAtSymlinkNofollow) == 0 &&
         st.st_dev == file.st_dev && st.st_ino == file.st_ino;
}

const TwinIndexRow* FindTwin(long fd) {
  if (twin_index.count() == 0) return nullptr;
  struct stat file;
  if (Syscall(__NR_fstat, fd, &file) != 0 || !IsRegular(file)) return nullptr;
  const uint64_t size = static_cast<uint64_t>(file.st_size);
  for (uint32_t i = twin_index.FirstOfSize(size);
       i < twin_index.count() && twin_index.row(i).file_size == size; ++i) {
    const TwinIndexRow& row = twin_index.row(i);
    if (IsAtPathOf(row, file)) {
      return IsForUse(row) && HasCodeOf(row, fd, file) ? &row : nullptr;
    }
  }
  return nullptr;
}

// A descriptor of the twin, or -1 if it is not there as the row says.
long OpenTwin(const TwinIndexRow& row) {
  bare::FixedBuffer<kPathCapacity> path;
  path.Append(session.payload.directory).Append("/");
  path.Append(kTwinDir).Append("/");
  for (const uint8_t byte : row.sha256) {
    const char hex[2] = {"0123456789abcdef"[byte >> 4],
                         "0123456789abcdef"[byte & 15]};
    path.Append(bare::Str(hex, 2));
  }
  if (path.overflow()) return -1;
  const long fd = Syscall(__NR_openat, kAtFdcwd, path.c_str(), kReadCloexec, 0);
  if (IsMapError(fd)) return -1;
  struct stat st;
  if (Syscall(__NR_fstat, fd, &st) == 0 && IsRegular(st) &&
      static_cast<uint64_t>(st.st_size) == row.size) {
    return fd;
  }
  Syscall(__NR_close, fd);
  return -1;
}

}  // namespace

void UseTwins(const void* index, size_t size) {
  TwinIndex::Open(index, size, twin_index);
}

bool MapTwin(const CodeMapping& m, long& result) {
  const TwinIndexRow* row = FindTwin(m.fd);
  const long twin = row != nullptr ? OpenTwin(*row) : -1;
  if (twin < 0) return false;
  result = MapTwinCode(m, {row->begin, row->size, twin, 0});
  Syscall(__NR_close, twin);
  return !IsMapError(result);
}

}  // namespace relocatable
