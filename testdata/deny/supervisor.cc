#include "testdata/deny/supervisor.h"

#include <fcntl.h>
#include <limits.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/fd.h"
#include "testdata/deny/filter.h"

namespace relocatable::deny {
namespace {

// The string at `address` in the memory of `pid`.
std::string ReadString(pid_t pid, uint64_t address) {
  const Fd memory(
      open(absl::StrCat("/proc/", pid, "/mem").c_str(), O_RDONLY | O_CLOEXEC));
  std::string text;
  while (memory.ok() && text.size() < PATH_MAX) {
    // Not over the end of a page: the next one may not be there.
    char piece[256];
    const uint64_t at = address + text.size();
    const size_t size = std::min<uint64_t>(sizeof(piece), 4096 - at % 4096);
    const ssize_t got =
        pread(memory.get(), piece, size, static_cast<off_t>(at));
    if (got <= 0) break;
    const size_t length = strnlen(piece, got);
    text.append(piece, length);
    if (length < static_cast<size_t>(got)) break;
  }
  return text;
}

std::string PathOfDescriptor(pid_t pid, uint64_t fd) {
  char path[PATH_MAX];
  const ssize_t size = readlink(
      absl::StrCat("/proc/", pid, "/fd/", static_cast<int>(fd)).c_str(), path,
      sizeof(path));
  return size < 0 ? "" : std::string(path, size);
}

std::string PathIn(const seccomp_notif& call, PathOf what) {
  if (what == PathOf::kDescriptor) {
    return PathOfDescriptor(call.pid, call.data.args[0]);
  }
  const bool first = call.data.nr == SYS_open || call.data.nr == SYS_creat;
  return ReadString(call.pid, call.data.args[first ? 0 : 1]);
}

bool Fits(const Rule& rule, const seccomp_notif& call, pid_t first) {
  uint64_t arguments[6];
  std::copy(std::begin(call.data.args), std::end(call.data.args), arguments);
  return FitsCall(rule, call.data.nr, arguments) &&
         (!rule.child_only || static_cast<pid_t>(call.pid) != first) &&
         (rule.path == PathOf::kNone ||
          absl::EndsWith(PathIn(call, rule.path), rule.suffix));
}

seccomp_notif_resp Answer(const seccomp_notif& call, pid_t first,
                          const std::vector<Rule>& rules) {
  seccomp_notif_resp answer = {};
  answer.id = call.id;
  for (const Rule& rule : rules) {
    if (!Fits(rule, call, first)) continue;
    answer.error = rule.error == kKill ? -EPERM : -rule.error;
    // A filter's SECCOMP_RET_KILL looks like SIGSYS, but a signal sent by
    // somebody can be blocked, except this one.
    if (rule.error == kKill) kill(call.pid, SIGKILL);
    return answer;
  }
  answer.flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE;
  return answer;
}

}  // namespace

int Supervise(int listener, pid_t first, const std::vector<Rule>& rules) {
  int status = 0;
  while (waitpid(first, &status, WNOHANG) == 0) {
    pollfd ready = {listener, POLLIN, 0};
    // The listener says nothing when `first` ends and others go on.
    if (poll(&ready, 1, 10) <= 0 || (ready.revents & POLLIN) == 0) continue;
    seccomp_notif call = {};
    if (ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, &call) != 0) continue;
    seccomp_notif_resp answer = Answer(call, first, rules);
    ioctl(listener, SECCOMP_IOCTL_NOTIF_SEND, &answer);
  }
  return status;
}

}  // namespace relocatable::deny
