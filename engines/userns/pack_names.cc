#include "engines/userns/pack_names.h"

#include <asm/unistd.h>
#include <fcntl.h>
#include <linux/limits.h>  // not limits.h: without libc clang has no PATH_MAX
#include <sys/stat.h>

#include "base/bare/str.h"
#include "base/bare/syscall.h"
#include "engines/userns/directory.h"
#include "engines/userns/layered_paths.h"
#include "engines/userns/mounts.h"

namespace relocatable::userns {
namespace {

using bare::Str;
using bare::Syscall;
using Path = bare::FixedBuffer<PATH_MAX>;

bool IsPacked(Str program) {
  Path path;
  path.Append(kOwnPack).Append(program);
  struct stat st;
  return Syscall(__NR_newfstatat, AT_FDCWD, path.c_str(), &st,
                 AT_SYMLINK_NOFOLLOW) == 0;
}

// The link `name` of the directory, made anew in `place`, which covers it.
void ShowName(const Directory& names, const char* name, Str place) {
  char text[PATH_MAX];
  const long size =
      Syscall(__NR_readlinkat, names.fd(), name, text, sizeof(text) - 1);
  if (size <= 0) return;
  text[size] = '\0';
  Path link, program;
  link.Append(place).Append("/").Append(name);
  program.Append("/usr/bin/").Append(name);
  const bool ours = bare::BaseName(text) == bare::BaseName(kOwnBinary);
  Syscall(__NR_symlinkat,
          ours && IsPacked(program.str()) ? program.c_str() : text, AT_FDCWD,
          link.c_str());
}

}  // namespace

void ShowPackNames(const char* directory) {
  Directory names;
  if (names.Open(directory) != 0 || MountTmpfs(directory, 0755) != 0) return;
  while (const Entry* entry = names.Next()) {
    ShowName(names, entry->name, directory);
  }
  MakeReadOnly(directory, Depth::kThis);
}

}  // namespace relocatable::userns
