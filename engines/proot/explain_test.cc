#include "engines/proot/explain.h"

#include <cerrno>

#include "engines/fake_host.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace relocatable {
namespace {

struct Case {
  const char* name;
  const char* step;
  int error;
  const char* setting;  // a path, or nullptr
  const char* value;
  const char* what;
  const char* remedy;  // its beginning
};

class ExplainTest : public ::testing::TestWithParam<Case> {};

TEST_P(ExplainTest, NamesTheCauseAndWhatHelps) {
  const Case& c = GetParam();
  FakeHost host;
  if (c.setting != nullptr) host.settings[c.setting] = c.value;
  const Reason reason =
      ExplainProot({Outcome::kRefused, c.step, c.error}, host);
  EXPECT_EQ(reason.what, c.what);
  EXPECT_THAT(reason.remedy, ::testing::StartsWith(c.remedy));
  EXPECT_EQ(reason.remedy.empty(), *c.remedy == '\0');
}

constexpr char kTraced[] = "be traced with ptrace";
constexpr char kCannot[] =
    "cannot be traced with ptrace: Operation not permitted";
constexpr char kYama[] = "/proc/sys/kernel/yama/ptrace_scope";
constexpr char kStatus[] = "/proc/self/status";
constexpr char kContainer[] =
    "a container's seccomp profile or a security module forbids ptrace";

INSTANTIATE_TEST_SUITE_P(
    Refusals, ExplainTest,
    ::testing::Values(
        Case{
            "Yama2", kTraced, EPERM, kYama, "2", kCannot,
            "/proc/sys/kernel/yama/ptrace_scope is 2; an administrator can run "
            "'sysctl kernel.yama.ptrace_scope=1'"},
        Case{"Yama3", kTraced, EPERM, kYama, "3", kCannot,
             "/proc/sys/kernel/yama/ptrace_scope is 3; 3 stays until the "
             "machine starts again"},
        // Settings with which it works are not to blame.
        Case{"Yama0", kTraced, EPERM, kYama, "0", kCannot, kContainer},
        Case{"Yama1", kTraced, EPERM, kYama, "1", kCannot, kContainer},
        Case{"NoYama", kTraced, EPERM, nullptr, nullptr, kCannot, kContainer},
        Case{"TracedAlready", kTraced, EPERM, kStatus,
             "Name:\tx\nTracerPid:\t12\nUid:\t0\n", kCannot,
             "this process has a tracer already (strace, gdb), and a process "
             "can have only one: start it without"},
        Case{"NotTraced", kTraced, EPERM, kStatus,
             "Name:\tx\nTracerPid:\t0\nUid:\t0\n", kCannot, kContainer},
        Case{"Processes", "start a tracer", EAGAIN, kYama, "3",
             "cannot start a tracer: Resource temporarily unavailable",
             "the user has as many processes as 'ulimit -u' allows"},
        Case{"Descriptors", "make a pipe to a tracer", EMFILE, kYama, "3",
             "cannot make a pipe to a tracer: Too many open files", ""}),
    [](const ::testing::TestParamInfo<Case>& i) { return i.param.name; });

}  // namespace
}  // namespace relocatable
