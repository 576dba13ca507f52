// The tool as tests use it: what a command sees.
#include <sched.h>
#include <signal.h>
#include <unistd.h>

#include <string>
#include <vector>

#include "base/subprocess.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace relocatable {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;

Finished Deny(std::vector<std::string> words) {
  words.insert(words.begin(), "testdata/deny/deny");
  return RunProgram(words);
}

struct Case {
  const char* name;
  const char* rules;
  std::vector<std::string> call;
  const char* outcome;
};

class DenyTest : public ::testing::TestWithParam<Case> {};

TEST_P(DenyTest, AnswersTheCall) {
  std::vector<std::string> words = {GetParam().rules, "--",
                                    "testdata/deny/call"};
  words.insert(words.end(), GetParam().call.begin(), GetParam().call.end());
  const Finished run = Deny(words);
  EXPECT_EQ(run.out, std::string(GetParam().outcome) + "\n") << run.err;
  EXPECT_EQ(run.err, "");
  EXPECT_EQ(run.status, 0);
}

INSTANTIATE_TEST_SUITE_P(
    Rules, DenyTest,
    ::testing::Values(
        Case{"ByName", "getpgrp=EXDEV", {"getpgrp"}, "EXDEV"},
        Case{"OtherCallsPass", "getpgrp=EXDEV", {"getpid"}, "ok"},
        Case{"ABitIsSet", "kill(1&0x10)=EXDEV", {"kill", "0", "0x18"}, "EXDEV"},
        Case{"NoBitIsSet", "kill(1&0x10)=EXDEV", {"kill", "0", "0"}, "ok"},
        Case{"Equal", "kill(1==0)=EXDEV", {"kill", "0", "0"}, "EXDEV"},
        Case{"NotEqual", "kill(1==18)=EXDEV", {"kill", "0", "0"}, "ok"},
        Case{"TheFirstRuleThatFits",
             "kill(1==0)=ENOMEM,kill=EXDEV",
             {"kill", "0", "0"},
             "ENOMEM"},
        Case{"OpenedPath",
             "open:/passwd=EXDEV",
             {"openat", "-100", "/etc/passwd", "0"},
             "EXDEV"},
        Case{"OpenedPathOfOpen",
             "open:/passwd=EXDEV",
             {"open", "/etc/passwd", "0"},
             "EXDEV"},
        Case{"OtherPath",
             "open:/passwd=EXDEV",
             {"openat", "-100", "/etc/group", "0"},
             "ok"},
        Case{"ChildOnlyInTheFirst", "child:getpgrp=EXDEV", {"getpgrp"}, "ok"},
        Case{"ChildOnlyInAChild",
             "child:getpgrp=EXDEV",
             {"--child", "getpgrp"},
             "EXDEV"},
        Case{"ChildOnlyWithACondition",
             "child:kill(1==0)=EXDEV",
             {"--child", "kill", "0", "18"},
             "ok"},
        Case{"KilledByTheFilter",
             "getpgrp=KILL",
             {"--child", "getpgrp"},
             "signal 31"},
        Case{"KilledInAChild",
             "child:getpgrp=KILL",
             {"--child", "getpgrp"},
             "signal 9"},
        Case{"NotKilledInTheFirst", "child:getpgrp=KILL", {"getpgrp"}, "ok"},
        Case{"Docker", "@docker", {"unshare", "0x10000000"}, "EPERM"},
        Case{"Debian", "@debian0", {"unshare", "0x10000000"}, "EPERM"},
        Case{"Limit", "@enospc", {"unshare", "0x10000000"}, "ENOSPC"},
        Case{"NoUserNamespaces",
             "@nouserns",
             {"unshare", "0x10000000"},
             "EINVAL"},
        Case{
            "UbuntuMount", "@ubuntu-mount", {"mount", "0", "/", "0"}, "EACCES"},
        Case{"UbuntuLetsUnshare", "@ubuntu", {"unshare", "0x10000000"}, "ok"}),
    [](const ::testing::TestParamInfo<Case>& i) { return i.param.name; });

TEST(Deny, RefusesAWriteByTheFileBehindTheDescriptor) {
  const Finished run = Deny({"write:/dev/null=EXDEV", "sh", "-c",
                             "testdata/deny/call write 3 x 1 3>/dev/null;"
                             "testdata/deny/call write 3 x 1 3>/dev/zero"});
  EXPECT_EQ(run.out, "EXDEV\nok\n") << run.err;
}

TEST(Deny, IsOutOfTheWayWhereAFilterIsEnough) {
  const Finished run =
      Deny({"getpgrp=EXDEV", "sh", "-c", "readlink /proc/$PPID/exe"});
  EXPECT_THAT(run.out, EndsWith("/deny_test\n"));
}

TEST(Deny, PassesStatusAndSignalOn) {
  for (const char* rules : {"getpgrp=EXDEV", "child:getpgrp=EXDEV"}) {
    EXPECT_EQ(Deny({rules, "sh", "-c", "exit 7"}).status, 7) << rules;
    EXPECT_EQ(Deny({rules, "sh", "-c", "kill -TERM $$"}).status, 128 + SIGTERM)
        << rules;
    EXPECT_EQ(Deny({rules, "/nonexistent"}).status, 127) << rules;
    EXPECT_EQ(Deny({rules, "/etc"}).status, 126) << rules;
  }
}

TEST(Deny, SaysWhatItDoesNotUnderstand) {
  const Finished run = Deny({"mount=EPREM", "true"});
  EXPECT_EQ(run.err, "deny: unknown errno 'EPREM'\n");
  EXPECT_EQ(run.status, 125);
  EXPECT_EQ(Deny({"mount=EPERM"}).status, 125);
}

TEST(Deny, HelpListsThePresets) {
  const Finished run = Deny({"--help"});
  EXPECT_THAT(run.out, HasSubstr("usage: deny RULE[,RULE...]"));
  EXPECT_THAT(run.out, HasSubstr("@docker "));
  EXPECT_EQ(run.status, 0);
}

}  // namespace
}  // namespace relocatable
