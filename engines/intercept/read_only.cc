#include "engines/intercept/read_only.h"

#include <asm/unistd.h>
#include <errno.h>
#include <sys/stat.h>

#include "base/bare/syscall.h"
#include "engines/intercept/layered.h"
#include "engines/intercept/open_flags.h"
#include "engines/intercept/perform.h"
#include "engines/intercept/session.h"
#include "engines/view/map.h"

namespace relocatable {
namespace {

using bare::Str;
using bare::Syscall;

constexpr long kAtFdcwd = -100;
constexpr int kAtSymlinkNofollow = 0x100, kAtEaccess = 0x200;
constexpr long kWrite = 2, kRead = 4;  // W_OK, R_OK

// Mode of the file `place` is, or -errno.
long ModeOf(const Place& place, bool follow) {
  struct stat st;
  const long result = Syscall(__NR_newfstatat, kAtFdcwd, place.path, &st,
                              follow ? 0 : kAtSymlinkNofollow);
  return result == 0 ? static_cast<long>(st.st_mode) : result;
}

bool IsSpecial(long mode) {
  return S_ISCHR(mode) || S_ISBLK(mode) || S_ISFIFO(mode) || S_ISSOCK(mode);
}

bool EndsInSlash(const PathRequest& request) {
  return bare::EndsWith(Str(request.path), "/");
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

// Whether the program may read and write the file as `open` asks: 0 or an
// errno.
int Permission(const OpenFlags& open, const Place& place) {
  long wanted = kWrite;
  if ((open.bits & OpenFlags::kAccessMode) != 1) wanted |= kRead;
  long error = Syscall(__NR_faccessat2, kAtFdcwd, place.path, wanted,
                       static_cast<long>(kAtEaccess));
  if (error == -ENOSYS) {
    error = Syscall(__NR_faccessat, kAtFdcwd, place.path, wanted);
  }
  return static_cast<int>(-error);
}

// do_unlinkat, do_rmdir, do_renameat2: write access to the mount is asked for
// before the last component is looked up.
int Remove(const Place& place) {
  const int error = ParentError(place);
  return error != 0 ? error : EROFS;
}

// do_tmpfile.
int OpenTemporary(const Place& place) {
  const long mode = ModeOf(place, true);
  if (mode < 0) return static_cast<int>(-mode);
  return S_ISDIR(mode) ? EROFS : ENOTDIR;
}

// do_open and may_open of a file that is there; do_dentry_open.
int OpenExisting(const OpenFlags& open, long mode, const Place& place) {
  if (open.Creates() && open.IsExclusive()) return EEXIST;
  if (open.Creates() && S_ISDIR(mode)) return EISDIR;
  if (!open.Writes() || S_ISLNK(mode)) return 0;
  if (S_ISREG(mode) && (open.bits & OpenFlags::kTruncate) != 0) return EROFS;
  if (S_ISDIR(mode)) return EISDIR;
  if (const int error = Permission(open, place)) return error;
  return S_ISREG(mode) ? EROFS : 0;
}

int Open(const OpenFlags& open, const PathRequest& request,
         const Place& place) {
  if (open.IsTemporary()) return OpenTemporary(place);
  const int parent_error = ParentError(place);
  if (parent_error != 0) return parent_error;
  // open_last_lookups.
  if (open.Creates() && EndsInSlash(request)) return EISDIR;
  const long mode = ModeOf(place, request.follow);
  if (mode == -ENOENT && open.Creates()) return EROFS;
  if (mode < 0) return static_cast<int>(-mode);
  return OpenExisting(open, mode, place);
}

// do_faccessat: the file's own permissions first; devices, pipes and sockets
// may be written to.
int Access(const Call& call, const PathRequest& request, const Place& place) {
  const long result = Perform(call);
  if (result < 0) return static_cast<int>(-result);
  const long mode = ModeOf(place, request.follow);
  return mode >= 0 && IsSpecial(mode) ? 0 : EROFS;
}

int Change(const Call& call, const PathRequest& request, const Place& place) {
  const long mode = ModeOf(place, request.follow);
  if (mode < 0) return static_cast<int>(-mode);
  if (call.number != __NR_truncate) return EROFS;
  // vfs_truncate.
  if (S_ISDIR(mode)) return EISDIR;
  if (!S_ISREG(mode)) return EINVAL;
  const int error = Permission({1}, place);
  return error != 0 ? error : EROFS;
}

}  // namespace

bool MayChange(const Call& call, const PathArgument& argument) {
  switch (argument.effect) {
    case Effect::kLook:
      return false;
    case Effect::kAccess:
      return (call.arguments[argument.flags] & kWrite) != 0;
    case Effect::kOpen:
    case Effect::kOpenHow: {
      const OpenFlags open = OpenFlags::Of(call, argument);
      return open.Writes() || open.Creates() || open.IsTemporary();
    }
    default:
      return true;
  }
}

bool IsReadOnly(const Place& place) {
  return place.mount != nullptr &&
         (place.mount->flags & (kMountReadOnly | kMountLayer)) != 0;
}

bool IsOpenReadOnly(long fd) {
  if (IsOpenInLayer(fd)) return true;
  bare::FixedBuffer<kPathCapacity> guest;
  if (GuestOfDirectory(fd, guest) != 0) return false;
  const Mount* mount = MountOf(session.view, guest.str());
  return mount != nullptr && (mount->flags & kMountReadOnly) != 0;
}

bool StartsReadOnly(const PathRequest& request) {
  return request.path[0] != '/' && IsOpenReadOnly(request.dirfd);
}

// filename_create: an existing name is EEXIST, and only then is a read-only
// file system EROFS.
int RefuseToCreate(const PathRequest& request, const Place& place,
                   bool is_directory) {
  if (const int error = ParentError(place)) return error;
  if (place.last != PathAnswer::kName) return EEXIST;
  bare::FixedBuffer<kPathCapacity> name;  // a slash would follow a link
  Str path(place.path);
  while (bare::EndsWith(path, "/")) path = path.First(path.size - 1);
  name.Append(path);
  char text[1];
  const long found =
      Syscall(__NR_readlinkat, kAtFdcwd, name.c_str(), text, sizeof(text));
  if (found >= 0 || found == -EINVAL) return EEXIST;
  if (found != -ENOENT) return static_cast<int>(-found);
  return EndsInSlash(request) && !is_directory ? ENOENT : EROFS;
}

int RefuseChange(const Call& call, const PathArgument& argument,
                 const PathRequest& request, const Place& place) {
  switch (argument.effect) {
    case Effect::kLook:
      return 0;
    case Effect::kCreate:
      return RefuseToCreate(
          request, place,
          call.number == __NR_mkdir || call.number == __NR_mkdirat);
    case Effect::kRemove:
      return Remove(place);
    case Effect::kChange:
      return Change(call, request, place);
    case Effect::kAccess:
      return Access(call, request, place);
    case Effect::kCreat:
    case Effect::kOpen:
    case Effect::kOpenHow:
      return Open(OpenFlags::Of(call, argument), request, place);
  }
  return 0;
}

}  // namespace relocatable
