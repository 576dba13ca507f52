#include "engines/inprocess/cache.h"

#include <asm/unistd.h>
#include <sys/stat.h>

#include "base/bare/syscall.h"
#include "engines/view/resolve.h"

namespace relocatable {
namespace {

using bare::Buffer;
using bare::FixedBuffer;
using bare::Str;
using bare::Syscall;

constexpr long kAtFdcwd = -100;

// Whether it is there, this user's, and nobody else may write to it.
bool IsOwnDirectory(const char* path) {
  struct stat st;
  return Syscall(__NR_newfstatat, kAtFdcwd, path, &st, 0) == 0 &&
         S_ISDIR(st.st_mode) && (st.st_mode & 022) == 0 &&
         st.st_uid == static_cast<uint32_t>(Syscall(__NR_geteuid));
}

// The path of the cache, and how much of it must be there. False: none.
bool NameCache(char* const* envp, Buffer& path, size_t& given) {
  const auto is_path = [](const char* value) {
    return value != nullptr && value[0] == '/';
  };
  const char* const own = bare::GetEnv(envp, "RELOCATABLE_CACHE_DIR");
  const char* const shared = bare::GetEnv(envp, "XDG_CACHE_HOME");
  const char* const home = bare::GetEnv(envp, "HOME");
  given = 0;
  if (own != nullptr) {
    path.Append(own);
    return is_path(own);
  }
  if (is_path(shared)) {
    given = Str(shared).size;
    path.Append(shared).Append("/relocatable");
    return true;
  }
  if (!is_path(home)) return false;
  given = Str(home).size;
  path.Append(home).Append("/.cache/relocatable");
  return true;
}

}  // namespace

void MakeDirectories(Str path, size_t from, unsigned mode) {
  for (size_t size = from + 1; size <= path.size; ++size) {
    if (size < path.size && path[size] != '/') continue;
    FixedBuffer<kPathCapacity> directory;
    directory.Append(path.First(size));
    if (Syscall(__NR_mkdirat, kAtFdcwd, directory.c_str(), mode) == 0) {
      Syscall(__NR_fchmodat, kAtFdcwd, directory.c_str(), mode);  // no umask
    }
  }
}

bool FindCache(char* const* envp, Str name, Buffer& path) {
  size_t given;
  path.Clear();
  if (!NameCache(envp, path, given)) return false;
  const size_t top = path.size();
  path.Append("/").Append(name);
  if (path.overflow()) return false;
  if (IsOwnDirectory(path.c_str())) return true;
  // Not into what others may write, either.
  path.Truncate(top);
  MakeDirectories(path.str(), given, 0700);
  if (!IsOwnDirectory(path.c_str())) return false;
  path.Append("/").Append(name);
  MakeDirectories(path.str(), top, 0700);
  return IsOwnDirectory(path.c_str());
}

}  // namespace relocatable
