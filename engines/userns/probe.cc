#include "engines/userns/probe.h"

#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>

#include "base/fd.h"
#include "engines/userns/report.h"
#include "engines/userns/userns.h"

namespace relocatable::userns {
namespace {

constexpr char kGuest[] = "/.relocatable-probe/here";

Outcome Launch() {
  // The program has no name, so that the launch ends where it would be exec'ed.
  const Mount mount = {kGuest, ".", kMountReadOnly};
  relocatable::Launch launch;
  launch.view.mounts = &mount;
  launch.view.mount_count = 1;
  char* const none[] = {nullptr};
  launch.argv = none;
  launch.envp = none;
  Outcome outcome = TryUserns(launch);
  struct stat st;
  if (outcome.kind == Outcome::kProgramFailed && stat(kGuest, &st) != 0) {
    outcome = {Outcome::kRefused, kBindMount, errno};
  }
  return outcome;
}

}  // namespace

std::optional<Outcome> TryItOut() {
  Outcome outcome = {Outcome::kRefused, kDied, EPERM};
  int ends[2];
  if (pipe(ends) != 0) return Outcome{Outcome::kRefused, kDied, errno};
  const Fd from(ends[0]);
  Fd to(ends[1]);
  const pid_t child = fork();
  if (child < 0) return Outcome{Outcome::kRefused, kDied, errno};
  if (child == 0) {
    // A step is a pointer to static storage, the same on both sides of fork.
    const Outcome mine = Launch();
    _exit(write(to.get(), &mine, sizeof(mine)) == sizeof(mine) ? 0 : 1);
  }
  to = Fd();
  if (read(from.get(), &outcome, sizeof(outcome)) != sizeof(outcome)) {
    outcome = {Outcome::kRefused, kDied, EPERM};
  }
  while (waitpid(child, nullptr, 0) < 0 && errno == EINTR) {
  }
  if (outcome.kind == Outcome::kProgramFailed) return std::nullopt;
  return outcome;
}

}  // namespace relocatable::userns
