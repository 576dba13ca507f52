// start - the userns engine alone, as a program without libc, for its tests and
// its benchmark:
//
//   start [-b HOST=GUEST] [-o HOST=GUEST] [-u HOST=GUEST] [-l LAYER] [-r ROOT]
//         [-w CWD] [-p] PROGRAM [ARG...]
//
// -b binds, -o does so read-only, -u in union with the host's (read-only); -p
// searches PROGRAM in PATH. If the engine refuses: "refused: cannot STEP (errno
// N)" and exit 125; if the program cannot be exec'ed: "program: ..." and 126.
#include <asm/unistd.h>

#include "base/bare/str.h"
#include "base/bare/syscall.h"
#include "engines/userns/userns.h"

namespace relocatable {
namespace {

using bare::Str;
using bare::Syscall;

constexpr uint32_t kMaxMounts = 2000;
Mount mounts[kMaxMounts];

[[noreturn]] void Exit(int status) {
  for (;;) Syscall(__NR_exit_group, status);
}

void Say(Str text) { Syscall(__NR_write, 2, text.data, text.size); }

// "HOST=GUEST", cut in place.
Mount ParseMount(char* text, uint32_t flags) {
  char* equals = text;
  while (*equals != '=' && *equals != '\0') ++equals;
  if (*equals == '\0') {
    Say("start: a mount is HOST=GUEST\n");
    Exit(2);
  }
  *equals = '\0';
  return {equals + 1, text, flags};
}

char** ParseOptions(char** argv, Launch& launch) {
  for (; *argv != nullptr && (*argv)[0] == '-'; ++argv) {
    const char option = (*argv)[1];
    if (option == 'p') {
      launch.search_path = true;
      continue;
    }
    char* const value = *++argv;
    if (option == 'r') {
      launch.view.root = value;
    } else if (option == 'w') {
      launch.cwd = value;
    } else if (option == 'l') {
      mounts[launch.view.mount_count++] = {"/", value, kMountLayer};
    } else {
      const uint32_t flags = option == 'u'   ? kMountReadOnly | kMountUnion
                             : option == 'o' ? kMountReadOnly
                                             : 0;
      mounts[launch.view.mount_count++] = ParseMount(value, flags);
    }
  }
  return argv;
}

[[noreturn]] void Report(const Outcome& outcome) {
  bare::FixedBuffer<256> line;
  line.Append(outcome.kind == Outcome::kRefused ? "refused: cannot "
                                                : "program: cannot ");
  line.Append(outcome.step).Append(" (errno ").AppendNumber(outcome.error);
  line.Append(")\n");
  Say(line.str());
  Exit(outcome.kind == Outcome::kRefused ? 125 : 126);
}

}  // namespace

extern "C" [[noreturn]] void relocatable_start(long* stack) {
  const long argc = stack[0];
  char** const argv = reinterpret_cast<char**>(stack + 1);
  if (IsUsernsCrossing(argv)) CrossUserns(argv, argv + argc + 1);
  Launch launch;
  launch.view.mounts = mounts;
  launch.argv = ParseOptions(argv + 1, launch);
  launch.program = launch.argv[0];
  launch.envp = argv + argc + 1;
  Report(TryUserns(launch));
}

}  // namespace relocatable

__asm__(
    ".globl _start\n"
    "_start:\n"
    "xor %ebp, %ebp\n"
    "mov %rsp, %rdi\n"
    "and $-16, %rsp\n"
    "call relocatable_start\n");
