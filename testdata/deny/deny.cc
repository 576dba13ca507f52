// deny - runs a command with chosen system calls refused, as a restricted
// machine would; see kUsage. For tests, on x86-64.
#include <linux/seccomp.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "testdata/deny/filter.h"
#include "testdata/deny/rules.h"
#include "testdata/deny/supervisor.h"

namespace relocatable::deny {
namespace {

constexpr char kUsage[] =
    R"(usage: deny RULE[,RULE...] [--] COMMAND [ARG...]

Runs COMMAND with system calls refused. Of the rules that fit a call the first
one counts:

  NAME=WHAT            the system call NAME
  NAME(N&MASK)=WHAT    only if its argument N (from 0) has a bit of MASK
  NAME(N==VALUE)=WHAT  only if the low 32 bits of its argument N are VALUE
  open:SUFFIX=WHAT     open, openat, openat2, creat of a path that ends so
  write:SUFFIX=WHAT    write, writev, pwrite64 to a file whose path ends so
  child:RULE           only in other processes than the first
  @PRESET              one of those below

WHAT is an errno's name, or KILL: death by SIGSYS. MASK and VALUE are numbers or
names such as CLONE_NEWUSER and MS_BIND.

For open:, write: and child: a supervisor stays as COMMAND's parent until it
ends and passes its status on; KILL is then SIGKILL. Else deny becomes COMMAND.
Without CAP_SYS_ADMIN the command runs with no_new_privs. Exit status 125: deny
itself could not do it; 126 and 127 as env(1).

  deny 'clone(0&CLONE_NEWUSER)=EPERM' -- unshare -U true
  deny @ubuntu,setns=EINVAL -- bin/hello

presets:
)";

void PrintUsage() {
  fputs(kUsage, stdout);
  for (const Preset& preset : Presets()) {
    printf("  @%-13s %s\n", preset.name, preset.summary);
  }
}

[[noreturn]] void Become(char** argv) {
  execvp(argv[0], argv);
  const int error = errno;
  fprintf(stderr, "deny: cannot run '%s': %s\n", argv[0], strerror(error));
  _exit(error == ENOENT ? 127 : 126);
}

// Puts the filter on this process. Returns the listener (with
// SECCOMP_FILTER_FLAG_NEW_LISTENER), 0 or -1.
long Install(std::vector<sock_filter>& filter, unsigned flags) {
  sock_fprog program = {static_cast<unsigned short>(filter.size()),
                        filter.data()};
  long result = syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, &program);
  if (result < 0 && errno == EACCES) {
    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    result = syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, &program);
  }
  if (result < 0) perror("deny: cannot install a seccomp filter");
  return result;
}

// Ends as `status` says the command did.
int PassOn(int status) {
  if (WIFEXITED(status)) return WEXITSTATUS(status);
  const rlimit none = {0, 0};
  setrlimit(RLIMIT_CORE, &none);  // the command dumped its own
  signal(WTERMSIG(status), SIG_DFL);
  raise(WTERMSIG(status));
  return 128 + WTERMSIG(status);
}

// The child shares the table of descriptors until it execs, so that the
// listener it gets is at once this process's too; any call to hand it over
// might be one of those refused.
int RunSupervised(std::vector<sock_filter>& filter,
                  const std::vector<Rule>& rules, char** argv) {
  void* const shared =
      mmap(nullptr, sizeof(std::atomic<long>), PROT_READ | PROT_WRITE,
           MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (shared == MAP_FAILED) return 125;
  auto* const listener = new (shared) std::atomic<long>(0);
  const pid_t first = static_cast<pid_t>(
      syscall(SYS_clone, CLONE_FILES | SIGCHLD, nullptr, nullptr, nullptr, 0));
  if (first < 0) return 125;
  if (first == 0) {
    const long fd = Install(filter, SECCOMP_FILTER_FLAG_NEW_LISTENER);
    listener->store(fd);
    if (fd < 0) _exit(125);
    Become(argv);
  }
  while (listener->load() == 0) usleep(100);
  if (listener->load() < 0) return 125;
  return PassOn(Supervise(static_cast<int>(listener->load()), first, rules));
}

int Main(int argc, char** argv) {
  if (argc == 2 && absl::string_view(argv[1]) == "--help") {
    PrintUsage();
    return 0;
  }
  char** command = argv + 2;
  if (argc > 2 && absl::string_view(argv[2]) == "--") ++command;
  if (argc < 3 || *command == nullptr) {
    fputs(
        "deny: no command; usage: deny RULE[,RULE...] [--] COMMAND "
        "[ARG...]\n",
        stderr);
    return 125;
  }
  const absl::StatusOr<std::vector<Rule>> rules = ParseRules(argv[1]);
  if (!rules.ok()) {
    fprintf(stderr, "deny: %s\n",
            std::string(rules.status().message()).c_str());
    return 125;
  }
  std::vector<sock_filter> filter = MakeFilter(*rules);
  if (std::any_of(rules->begin(), rules->end(),
                  [](const Rule& rule) { return rule.NeedsSupervisor(); })) {
    return RunSupervised(filter, *rules, command);
  }
  if (Install(filter, 0) < 0) return 125;
  Become(command);
}

}  // namespace
}  // namespace relocatable::deny

int main(int argc, char** argv) { return relocatable::deny::Main(argc, argv); }
