#include "engines/inprocess/self_test.h"

#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>

#include "engines/inprocess/filter.h"

namespace relocatable {
namespace {

constexpr char kUseFilter[] = "use a seccomp filter";
constexpr char kTrap[] = "handle a trapped system call";
constexpr int kWorks = 0, kDoesNot = 1;  // exit statuses; others are 2 + errno

volatile sig_atomic_t trapped;

void OnTrap(int) { trapped = 1; }

// In the child: getppid, which nothing needs, is to trap.
int TrapOneCall() {
  signal(SIGSYS, OnTrap);
  sock_filter code[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_getppid, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRAP),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  Filter filter;
  filter.size = sizeof(code) / sizeof(code[0]);
  for (size_t i = 0; i < filter.size; ++i) filter.code[i] = code[i];
  if (const int error = InstallFilter(filter)) return 2 + error;
  syscall(SYS_getppid);
  return trapped != 0 ? kWorks : kDoesNot;
}

}  // namespace

std::optional<Outcome> TestTraps() {
  const pid_t child = fork();
  if (child < 0) return Outcome{Outcome::kRefused, kUseFilter, errno};
  if (child == 0) _exit(TrapOneCall());
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  if (WIFEXITED(status) && WEXITSTATUS(status) == kWorks) return std::nullopt;
  if (WIFEXITED(status) && WEXITSTATUS(status) > kDoesNot) {
    return Outcome{Outcome::kRefused, kUseFilter, WEXITSTATUS(status) - 2};
  }
  return Outcome{Outcome::kRefused, kTrap, EPERM};
}

}  // namespace relocatable
