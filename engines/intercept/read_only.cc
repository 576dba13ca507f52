#include "engines/intercept/read_only.h"

#include <asm/unistd.h>
#include <errno.h>
#include <sys/stat.h>

#include "base/bare/syscall.h"
#include "engines/intercept/open_flags.h"

namespace relocatable {
namespace {

using bare::Str;
using bare::Syscall;

constexpr long kAtFdcwd = -100;
constexpr int kAtSymlinkNofollow = 0x100;

// Mode of the file `place` is, or -errno.
long ModeOf(const Place& place, bool follow) {
  struct stat st;
  const long result = Syscall(__NR_newfstatat, kAtFdcwd, place.path, &st,
                              follow ? 0 : kAtSymlinkNofollow);
  return result == 0 ? static_cast<long>(st.st_mode) : result;
}

// The directory that `place` is in, or would be: 0 or an errno.
int ParentError(const Place& place) {
  bare::FixedBuffer<kPathCapacity> parent;
  Str path(place.path);
  while (path.size > 1 && path[path.size - 1] == '/') {
    path = path.First(path.size - 1);
  }
  parent.Append(bare::DirName(path)).Append("/.");
  return static_cast<int>(
      -Syscall(__NR_faccessat, kAtFdcwd, parent.c_str(), 0));
}

// fs/namei.c, filename_create: an existing name is EEXIST, and only then is a
// read-only file system EROFS.
int Create(const Place& place) {
  if (ModeOf(place, false) >= 0) return EEXIST;
  const int error = ParentError(place);
  return error != 0 ? error : EROFS;
}

// fs/namei.c, do_unlinkat and do_rmdir: write access is asked for before the
// last component is looked up.
int Remove(const Place& place) {
  const int error = ParentError(place);
  return error != 0 ? error : EROFS;
}

// fs/namei.c, do_open and may_open; fs/open.c.
int Open(const OpenFlags& open, bool follow, const Place& place) {
  if (open.IsTemporary()) return EROFS;
  const long mode = ModeOf(place, follow);
  if (mode == -ENOENT && open.Creates()) {
    const int error = ParentError(place);
    return error != 0 ? error : EROFS;
  }
  if (mode < 0) return static_cast<int>(-mode);
  if (open.Creates() && open.IsExclusive()) return EEXIST;
  if (!open.Writes()) return 0;
  if (S_ISDIR(mode)) return EISDIR;
  if (S_ISREG(mode)) return EROFS;
  return 0;
}

// fs/open.c, do_faccessat: devices, pipes and sockets may be written to.
int Access(long wanted, bool follow, const Place& place) {
  constexpr long kWrite = 2;  // W_OK
  if ((wanted & kWrite) == 0) return 0;
  const long mode = ModeOf(place, follow);
  if (mode < 0) return static_cast<int>(-mode);
  const bool is_special =
      S_ISCHR(mode) || S_ISBLK(mode) || S_ISFIFO(mode) || S_ISSOCK(mode);
  return is_special ? 0 : EROFS;
}

}  // namespace

int CheckReadOnly(Call& call, const PathArgument& argument, bool follow,
                  const Place& place) {
  if (place.mount == nullptr || (place.mount->flags & kMountReadOnly) == 0) {
    return 0;
  }
  switch (argument.effect) {
    case Effect::kLook:
      return 0;
    case Effect::kCreate:
      return Create(place);
    case Effect::kRemove:
      return Remove(place);
    case Effect::kChange: {
      const long mode = ModeOf(place, follow);
      return mode < 0 ? static_cast<int>(-mode) : EROFS;
    }
    case Effect::kAccess:
      return Access(call.arguments[argument.flags], follow, place);
    case Effect::kCreat:
    case Effect::kOpen:
    case Effect::kOpenHow:
      return Open(OpenFlags::Of(call, argument), follow, place);
  }
  return 0;
}

}  // namespace relocatable
