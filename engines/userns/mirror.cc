#include "engines/userns/mirror.h"

#include <asm/unistd.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/limits.h>  // not limits.h: without libc clang has no PATH_MAX
#include <sys/stat.h>

#include "base/bare/syscall.h"
#include "engines/userns/descriptors.h"
#include "engines/userns/mounts.h"

namespace relocatable::userns {
namespace {

using bare::Buffer;
using bare::Syscall;

unsigned char TypeOf(const char* path, const Entry& entry) {
  if (entry.type != DT_UNKNOWN) return entry.type;
  struct stat st;
  if (Syscall(__NR_newfstatat, AT_FDCWD, path, &st, AT_SYMLINK_NOFOLLOW) < 0) {
    return DT_UNKNOWN;
  }
  return IFTODT(st.st_mode);
}

void CopyLink(const char* source, const char* target) {
  char text[PATH_MAX];
  const long size =
      Syscall(__NR_readlinkat, AT_FDCWD, source, text, sizeof(text) - 1);
  if (size < 0) return;
  text[size] = '\0';
  Syscall(__NR_symlinkat, text, AT_FDCWD, target);
}

// Whether the error says that the entry itself is out of reach. EINVAL is what
// a single file of nsfs gives (somebody's bound mount namespace).
bool MayBeLeftOut(int error, bool directory) {
  return error == ENOENT || error == EACCES || error == ENOTCONN ||
         error == ESTALE || error == EIO || error == ENODEV || error == ENXIO ||
         error == ETIMEDOUT || error == EHOSTDOWN ||
         (error == EINVAL && !directory);
}

bool MirrorMount(const char* source, const char* target, bool directory,
                 bool read_only, Report& report) {
  if (!report.At(kMountPoint).Did(MakeMountPoint(target, directory))) {
    return false;
  }
  const long bound = Bind(source, target);
  if (bound < 0) {
    Syscall(__NR_unlinkat, AT_FDCWD, target, directory ? AT_REMOVEDIR : 0);
    return MayBeLeftOut(static_cast<int>(-bound), directory) ||
           report.At(kBindHost).Did(bound);
  }
  return !read_only ||
         report.At(kReadOnly).Did(MakeReadOnly(target, Depth::kAll));
}

}  // namespace

long MakeMountPoint(const char* path, bool directory) {
  if (directory) {
    const long result = Syscall(__NR_mkdirat, AT_FDCWD, path, 0755);
    return result == -EEXIST ? 0 : result;
  }
  const long fd = OpenFile(path, O_CREAT | O_NOFOLLOW, 0644);
  CloseFile(fd);
  return fd;
}

bool MirrorEntry(Buffer& source, Buffer& target, const Entry& entry,
                 bool read_only, Report& report) {
  const size_t source_size = source.size();
  const size_t target_size = target.size();
  source.Append("/").Append(entry.name);
  target.Append("/").Append(entry.name);
  bool ok = true;
  const unsigned char type = TypeOf(source.c_str(), entry);
  if (source.overflow() || target.overflow()) {
    ok = report.At(kMountPoint).Did(-ENAMETOOLONG);
  } else if (type == DT_LNK) {
    CopyLink(source.c_str(), target.c_str());
  } else if (type != DT_UNKNOWN) {
    ok = MirrorMount(source.c_str(), target.c_str(), type == DT_DIR, read_only,
                     report);
  }
  source.Truncate(source_size);
  target.Truncate(target_size);
  return ok;
}

}  // namespace relocatable::userns
