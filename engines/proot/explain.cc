#include "engines/proot/explain.h"

#include <cerrno>
#include <cstring>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"

namespace relocatable {
namespace {

// A tracer already there: /proc/self/status, proc(5).
bool IsTraced(const Host& host) {
  const absl::StatusOr<std::string> status =
      host.ReadSetting("/proc/self/status");
  if (!status.ok()) return false;
  for (absl::string_view line : absl::StrSplit(*status, '\n')) {
    if (absl::ConsumePrefix(&line, "TracerPid:\t")) return line != "0";
  }
  return false;
}

// kernel/yama/ptrace_scope, or "" where there is no Yama.
std::string YamaScope(const Host& host) {
  return host.ReadSetting("/proc/sys/kernel/yama/ptrace_scope").value_or("");
}

std::string TracingRemedy(const Host& host) {
  if (IsTraced(host)) {
    return "this process has a tracer already (strace, gdb), and a process can "
           "have only one: start it without";
  }
  const std::string scope = YamaScope(host);
  if (scope == "2" || scope == "3") {
    return absl::StrCat("/proc/sys/kernel/yama/ptrace_scope is ", scope,
                        scope == "3"
                            ? "; 3 stays until the machine starts again"
                            : "; an administrator can run 'sysctl "
                              "kernel.yama.ptrace_scope=1'");
  }
  return "a container's seccomp profile or a security module forbids ptrace; "
         "Docker and Podman allow it with '--cap-add=SYS_PTRACE'";
}

}  // namespace

Reason ExplainProot(const Outcome& refusal, const Host& host) {
  Reason reason;
  reason.what =
      absl::StrCat("cannot ", refusal.step, ": ", std::strerror(refusal.error));
  const absl::string_view step = refusal.step;
  if (step == "be traced with ptrace") reason.remedy = TracingRemedy(host);
  if (step == "start a tracer" && refusal.error == EAGAIN) {
    reason.remedy = "the user has as many processes as 'ulimit -u' allows";
  }
  return reason;
}

}  // namespace relocatable
