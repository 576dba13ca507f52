#include "engines/userns/layered.h"

#include <asm/unistd.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/limits.h>  // not limits.h: without libc clang has no PATH_MAX
#include <sys/stat.h>

#include "base/bare/str.h"
#include "base/bare/syscall.h"
#include "engines/exec.h"
#include "engines/userns/layered_paths.h"
#include "engines/userns/layered_view.h"
#include "engines/userns/memory.h"
#include "engines/userns/plan.h"
#include "engines/userns/report.h"
#include "engines/userns/setup.h"
#include "engines/userns/userns.h"
#include "engines/userns/working_directory.h"

namespace relocatable {
namespace userns {
namespace {

using bare::Str;
using bare::Syscall;
using Path = bare::FixedBuffer<PATH_MAX>;

// Puts the view in force and goes back to the working directory; an outcome
// with error 0 is success.
Outcome Enter(const Layering& layering, const Launch& launch) {
  Report report;
  const WorkingDirectory cwd;
  const Memory memory(0);
  Plan plan;
  plan.layering = &layering;
  if (!report.At(kGetMemory).Did(memory.error()) ||
      !SetUp(plan, memory, report)) {
    return {Outcome::kRefused, report.step(), report.error()};
  }
  const int error = cwd.Enter(launch, plan);
  return {Outcome::kProgramFailed, kEnterDirectory, error};
}

bool SameFile(const char* a, const char* b) {
  struct stat x, y;
  return Syscall(__NR_newfstatat, AT_FDCWD, a, &x, 0) == 0 &&
         Syscall(__NR_newfstatat, AT_FDCWD, b, &y, 0) == 0 &&
         x.st_dev == y.st_dev && x.st_ino == y.st_ino;
}

bool InPackedView() {
  char text[8];
  const long size =
      Syscall(__NR_readlinkat, AT_FDCWD, kSide, text, sizeof(text));
  return size > 0 && Str(text, static_cast<size_t>(size)) == kPackedSide;
}

// A program that the switch has sent here.
struct Crossing {
  const char* program;  // its file
  const char* name;     // what was executed: a link to it, a script
  char* const* argv;
};

// Whether `path` leads to the file at `real`.
bool LeadsTo(const char* path, Str real) {
  const long fd = Syscall(__NR_openat, AT_FDCWD, path, O_PATH | O_CLOEXEC);
  if (fd < 0) return false;
  bare::FixedBuffer<64> link;
  link.Append("/proc/self/fd/").AppendNumber(static_cast<unsigned long>(fd));
  char text[PATH_MAX];
  const long size =
      Syscall(__NR_readlinkat, AT_FDCWD, link.c_str(), text, sizeof(text));
  Syscall(__NR_close, fd);
  return size > 0 && Str(text, static_cast<size_t>(size)) == real;
}

// A script's `#!` line has put words in front of its name, in the place of
// argv[0]: takes them away again. nullptr if it is no script.
char* const* ArgumentsOfScript(const Crossing& c) {
  constexpr int kMaxWords = 8;
  for (int i = 1; i < kMaxWords && c.argv[i - 1] != nullptr; ++i) {
    if (c.argv[i] == nullptr) return nullptr;
    if (Str(c.argv[i]) == c.name) return c.argv + i;
  }
  return nullptr;
}

// Under its own name if that means the same in the view: programs may look at
// it, and the process is called after it.
long Execute(const Crossing& c, char* const* envp) {
  if (LeadsTo(c.name, c.program)) {
    return Syscall(__NR_execve, c.name, c.argv, envp);
  }
  if (char* const* const argv = ArgumentsOfScript(c)) {
    const long result = Syscall(__NR_execve, c.name, argv, envp);
    if (result != -ENOENT) return result;
  }
  return Syscall(__NR_execve, c.program, c.argv, envp);
}

// Through a link, by which the switch knows not to send it here again.
long ExecuteHere(const Crossing& c, char* const* envp) {
  Path here;
  here.Append(kStay).Append(c.program);
  return Syscall(__NR_execve, here.c_str(), c.argv, envp);
}

[[noreturn]] void Fail(const Crossing& c, const char* step, int error) {
  bare::FixedBuffer<PATH_MAX + 256> text;
  text.Append("relocatable: userns: ").Append(c.program).Append(": cannot ");
  text.Append(step).Append(" (errno ");
  text.AppendNumber(static_cast<unsigned long>(error)).Append(")\n");
  Syscall(__NR_write, 2, text.c_str(), text.size());
  for (;;) Syscall(__NR_exit_group, error == ENOENT ? 127 : 126);
}

// The directory PACK/bin is beside the layer, PACK/root.
void FindNames(Str layer, Path& names) {
  names.Append(bare::DirName(layer)).Append("/bin");
}

// From inside a view.
void FindNames(Path& names) {
  char text[PATH_MAX];
  const long size =
      Syscall(__NR_readlinkat, AT_FDCWD, kOwnNames, text, sizeof(text));
  if (size > 0) names.Append(Str(text, static_cast<size_t>(size)));
}

}  // namespace

Outcome TryLayered(const Launch& launch) {
  if (launch.view.mount_count != 1 || launch.view.root[0] != '\0') {
    return {Outcome::kRefused, kShowLayer, EOPNOTSUPP};
  }
  Path names;
  FindNames(launch.view.mounts[0].host, names);
  Layering layering = {"/", launch.view.mounts[0].host, true, names.c_str()};
  if (SameFile(layering.pack, kOwnPack)) {  // inside already
    if (InPackedView()) {
      if (launch.cwd != nullptr) {
        const long error = -Syscall(__NR_chdir, launch.cwd);
        if (error != 0) {
          return {Outcome::kProgramFailed, kEnterDirectory,
                  static_cast<int>(error)};
        }
      }
      return ExecProgram(launch);
    }
    layering = {kOwnHost, kOwnPack, true, names.c_str()};
  }
  const Outcome outcome = Enter(layering, launch);
  return outcome.error != 0 ? outcome : ExecProgram(launch);
}

}  // namespace userns

bool IsUsernsCrossing(char* const* argv) {
  using namespace userns;
  return argv[0] != nullptr && bare::Str(argv[0]) == kCrossing &&
         argv[1] != nullptr && argv[2] != nullptr;
}

void CrossUserns(char* const* argv, char* const* envp) {
  using namespace userns;
  const Crossing crossing = {argv[1], argv[2], argv + 3};
  Path names;
  FindNames(names);
  Launch nowhere;
  const Outcome outcome =
      Enter({kOwnHost, kOwnPack, !InPackedView(), names.c_str()}, nowhere);
  if (outcome.kind == Outcome::kRefused) {
    Fail(crossing, outcome.step,
         static_cast<int>(-ExecuteHere(crossing, envp)));
  }
  Fail(crossing, "execute", static_cast<int>(-Execute(crossing, envp)));
}

}  // namespace relocatable
