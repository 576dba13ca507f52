// refusal - tries the engine as a chain does, and goes on:
//
//   refusal [--landlock] HOST=GUEST PROGRAM [ARG...]
//   refusal --probe
//
// Prints the engine's words and whether this process is as it was; then execs
// PROGRAM natively. With --landlock it first gives up rights it does not need,
// which forbids mounting (landlock(7)). --probe prints only the probe's words.
#include <linux/landlock.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <string>

#include "engines/host.h"
#include "engines/userns/engine.h"
#include "engines/userns/testing/process_state.h"

namespace relocatable {
namespace {

void Print(const Reason& reason) {
  printf("%s\n%s\n", reason.what.c_str(), reason.remedy.c_str());
}

int Probe() {
  const std::optional<Reason> reason = UsernsEngine().Probe(ThisHost());
  if (!reason.has_value()) {
    puts("works");
    return 0;
  }
  Print(*reason);
  return 1;
}

bool GiveUpRights() {
  landlock_ruleset_attr attributes = {};
  attributes.handled_access_fs = LANDLOCK_ACCESS_FS_MAKE_BLOCK;
  const long rules =
      syscall(SYS_landlock_create_ruleset, &attributes, sizeof(attributes), 0);
  return rules >= 0 && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
         syscall(SYS_landlock_restrict_self, rules, 0) == 0 &&
         close(static_cast<int>(rules)) == 0;
}

int TryAndGoOn(char** words) {
  std::string host = words[0];
  const std::string guest = host.substr(host.find('=') + 1);
  host.resize(host.find('='));
  const Mount mount = {guest.c_str(), host.c_str(),
                       kMountReadOnly | kMountUnion};
  Launch launch;
  launch.view.mounts = &mount;
  launch.view.mount_count = 1;
  launch.program = words[1];
  launch.argv = words + 1;
  launch.envp = environ;
  const std::string before = DescribeProcess() + DescribeNamespaces();
  const Outcome outcome = UsernsEngine().TryExec(launch);
  const std::string after = DescribeProcess() + DescribeNamespaces();
  if (outcome.kind != Outcome::kRefused) return 3;
  Print(UsernsEngine().Explain(outcome, ThisHost()));
  puts(before == after ? "unchanged"
                       : ("was:\n" + before + "is:\n" + after).c_str());
  fflush(stdout);
  execv(words[1], words + 1);
  perror("refusal: cannot go on");
  return 2;
}

}  // namespace
}  // namespace relocatable

int main(int, char** argv) {
  if (argv[1] == std::string("--probe")) return relocatable::Probe();
  if (argv[1] == std::string("--landlock")) {
    if (!relocatable::GiveUpRights()) {
      printf("no landlock: %s\n", strerror(errno));
      return 77;
    }
    ++argv;
  }
  return relocatable::TryAndGoOn(argv + 1);
}
