#include "engines/exec.h"

#include <asm/unistd.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/limits.h>  // not limits.h: without libc clang has no PATH_MAX
#include <sys/mman.h>

#include "base/bare/str.h"
#include "base/bare/syscall.h"

namespace relocatable {
namespace {

using bare::Str;
using bare::Syscall;

constexpr char kShell[] = "/bin/sh";

bool IsElf(const char* path) {
  const long fd = Syscall(__NR_openat, AT_FDCWD, path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return true;  // unreadable: not a text for the shell either
  char magic[4];
  const long got = Syscall(__NR_read, fd, magic, sizeof(magic));
  Syscall(__NR_close, fd);
  return got == 4 && Str(magic, 4) == Str("\177ELF", 4);
}

// execve(/bin/sh, [/bin/sh, path, argv[1]...]), as execvp(3) does on ENOEXEC.
int ExecShell(const char* path, const Launch& launch) {
  size_t argc = 0;
  while (launch.argv[argc] != nullptr) ++argc;
  const size_t size = (argc + 3) * sizeof(char*);
  const long space = Syscall(__NR_mmap, nullptr, size, PROT_READ | PROT_WRITE,
                             MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (space < 0 && space > -4096) return static_cast<int>(-space);
  const char** argv = reinterpret_cast<const char**>(space);
  argv[0] = kShell;
  argv[1] = path;
  for (size_t i = 1; i < argc; ++i) argv[i + 1] = launch.argv[i];
  const long error = -Syscall(__NR_execve, kShell, argv, launch.envp);
  Syscall(__NR_munmap, space, size);
  return static_cast<int>(error);
}

int ExecOne(const char* path, const Launch& launch) {
  const int error =
      static_cast<int>(-Syscall(__NR_execve, path, launch.argv, launch.envp));
  if (error != ENOEXEC || IsElf(path)) return error;
  return ExecShell(path, launch);
}

// Whether a failure with `error` in one directory lets the search go on
// (glibc's posix/execvpe.c has the same list).
bool SearchGoesOn(int error) {
  return error == ENOENT || error == EACCES || error == ENOTDIR ||
         error == ESTALE || error == ENODEV || error == ETIMEDOUT;
}

int ExecSearched(const Launch& launch) {
  const char* path = bare::GetEnv(launch.envp, "PATH");
  Str rest(path != nullptr ? path : "/bin:/usr/bin");
  bool denied = false;
  int error = ENOENT;
  for (bool more = true; more;) {
    const size_t colon = bare::Find(rest, ':');
    more = colon != bare::kNotFound;
    const Str dir = more ? rest.First(colon) : rest;
    if (more) rest = rest.From(colon + 1);
    bare::FixedBuffer<PATH_MAX> candidate;
    // An empty entry is the current directory.
    if (!dir.empty()) candidate.Append(dir).Append("/");
    candidate.Append(launch.program);
    if (candidate.overflow()) continue;
    error = ExecOne(candidate.c_str(), launch);
    if (!SearchGoesOn(error)) return error;
    denied |= error == EACCES;
  }
  return denied ? EACCES : error;
}

}  // namespace

Outcome ExecProgram(const Launch& launch) {
  const Str name(launch.program);
  int error;
  if (name.empty()) {
    error = ENOENT;
  } else if (launch.search_path && bare::Find(name, '/') == bare::kNotFound) {
    error = ExecSearched(launch);
  } else {
    error = ExecOne(launch.program, launch);
  }
  return {Outcome::kProgramFailed, "execute", error};
}

}  // namespace relocatable
